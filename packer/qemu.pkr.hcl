# A golden image by Packer and QEMU: a vendor's cloud image, booted, made into the profile's machine by provision.sh, sealed.
# Works with Packer 1.6.6 (Debian's) and newer; README.md has the commands.

variable "image" {
  type        = string
  description = "Cloud image to start from (qcow2, with cloud-init): a URL or the path of a file."
}

variable "image_sha256" {
  type        = string
  description = "The image's sha256, in hexadecimal."
}

variable "provision" {
  type        = string
  description = "Path of the profile's provision.sh, as `bake compile` writes it."
}

variable "seed" {
  type        = string
  description = "Folder with user-data, meta-data and key, as make-seed.sh writes it. The key is good for this build only."
}

variable "output" {
  type        = string
  description = "Folder for the finished image; must not exist yet."
}

variable "name" {
  type        = string
  description = "File name of the finished image, without .qcow2."
  default     = "golden"
}

variable "disk_size" {
  type        = string
  description = "Size of the image's disk, at least the cloud image's; a number with M or G."
  default     = "10G"
}

variable "accelerator" {
  type        = string
  description = "How QEMU runs the guest: kvm, or tcg (emulated, slow) where the machine can't."
  default     = "kvm"
}

variable "cpus" {
  type        = number
  description = "Virtual CPUs of the guest while it is built."
  default     = 2
}

variable "memory" {
  type        = number
  description = "Memory of the guest while it is built, in MiB."
  default     = 2048
}

variable "boot_timeout" {
  type        = string
  description = "How long the guest may take to let the builder in by SSH."
  default     = "15m"
}

variable "console" {
  type        = string
  description = "File for what the guest says on its serial console: the first thing to read when a build can't log in."
  default     = "/dev/null"
}

source "qemu" "golden" {
  iso_url      = var.image
  iso_checksum = "sha256:${var.image_sha256}"
  disk_image   = true

  output_directory = var.output
  vm_name          = "${var.name}.qcow2"
  format           = "qcow2"
  disk_size        = var.disk_size
  disk_compression = true
  qemu_img_args {
    convert = ["-o", "compression_type=zstd", "-W"]
  }

  accelerator    = var.accelerator
  cpus           = var.cpus
  memory         = var.memory
  headless       = true
  disk_interface = "virtio"
  net_device     = "virtio-net"
  # A build that fails is thrown away, so nothing has to reach the disk before the end.
  disk_cache = "unsafe"
  # `max` is all that the accelerator has; QEMU's default is older than distributions' newest programs.
  qemuargs = [["-cpu", "max"], ["-serial", "file:${var.console}"]]

  cd_label = "cidata"
  cd_files = ["${var.seed}/user-data", "${var.seed}/meta-data"]

  # root, so that no build user has to be taken out of the image: sealing removes root's key.
  ssh_username         = "root"
  ssh_private_key_file = "${var.seed}/key"
  ssh_timeout          = var.boot_timeout

  # --force: no unit is stopped in its own way, since some would write what sealing has just removed (a random seed). File
  # systems are unmounted all the same.
  shutdown_command = "systemctl poweroff --force"
}

build {
  sources = ["source.qemu.golden"]

  # Exit code 2: done, with warnings.
  provisioner "shell" {
    inline           = ["cloud-init status --wait"]
    valid_exit_codes = [0, 2]
  }

  # The machine is running; BAKE_SEAL says that its identity is meant to be taken away.
  provisioner "shell" {
    script           = var.provision
    environment_vars = ["BAKE_SEAL=yes"]
    execute_command  = "env {{ .Vars }} bash '{{ .Path }}'"
  }
}
