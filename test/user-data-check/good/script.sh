#!/bin/bash
# A plain script is user-data, too.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
apt-get update
apt-get install -y --no-install-recommends postgresql
sudo -u postgres createuser --createdb app
