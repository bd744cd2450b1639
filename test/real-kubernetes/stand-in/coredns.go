// A STAND-IN for CoreDNS, which is not in Debian. It answers CoreDNS's two probes, and queries for the addresses of
// Services; everything else is refused. Made for rehearsals.
package main

import (
	"fmt"
	"log"
	"net"
	"net/http"
	"strings"

	"github.com/miekg/dns"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
)

const zone = "svc.cluster.local."

func main() {
	fmt.Println("This is a STAND-IN for CoreDNS, made for tests. It is not CoreDNS.")
	config, err := rest.InClusterConfig()
	if err != nil {
		log.Fatal(err)
	}
	factory := informers.NewSharedInformerFactory(kubernetes.NewForConfigOrDie(config), 0)
	services := factory.Core().V1().Services()
	synced := services.Informer().HasSynced
	factory.Start(wait.NeverStop)

	go serveProbe(":8080", "/health", func() bool { return true })
	go serveProbe(":8181", "/ready", synced)

	dns.HandleFunc(zone, func(w dns.ResponseWriter, query *dns.Msg) {
		reply := new(dns.Msg).SetReply(query)
		question := query.Question[0]
		names := strings.Split(strings.TrimSuffix(strings.ToLower(question.Name), "."+zone), ".")
		if len(names) != 2 {
			reply.Rcode = dns.RcodeNameError
		} else if service, err := services.Lister().Services(names[1]).Get(names[0]); err != nil {
			reply.Rcode = dns.RcodeNameError
		} else if address := net.ParseIP(service.Spec.ClusterIP); address != nil && question.Qtype == dns.TypeA {
			header := dns.RR_Header{Name: question.Name, Rrtype: dns.TypeA, Class: dns.ClassINET, Ttl: 5}
			reply.Answer = []dns.RR{&dns.A{Hdr: header, A: address}}
		}
		_ = w.WriteMsg(reply)
	})
	go serveNames("tcp")
	serveNames("udp")
}

func serveNames(network string) {
	log.Fatal((&dns.Server{Addr: ":53", Net: network}).ListenAndServe())
}

func serveProbe(address, path string, good func() bool) {
	mux := http.NewServeMux()
	mux.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) {
		if !good() {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	})
	log.Fatal(http.ListenAndServe(address, mux))
}
