"""Router configurations of the shapes that are met in public, made small anew with invented names.

What was read for facts, nothing copied: the test data of Batfish (grammar/cisco), ciscoconfparse2,
ntc-templates and netmiko, and the configuration examples of Cisco's command references.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Interface
from typing import TYPE_CHECKING

from tests.router_shapes import spec_of

if TYPE_CHECKING:
    from esxlab.spec.resolved import RouterSpec

STATIC = "ip nat inside source static"


@dataclass(frozen=True)
class Case:
    """A startup-config without its `end`; which interfaces the lab wants; the line that forbids it."""

    text: str
    outside: str
    inside: str
    refused: str = ""

    @property
    def spec(self) -> RouterSpec:
        return spec_of(
            outside_interface=self.outside,
            inside_interface=self.inside,
            inside_address=IPv4Interface("172.16.193.254/16"),
            inside_vlan=107 if "." in self.inside else 0,
            outside_port=80,
        )


CORPUS = {
    "12.0, frame relay": Case(
        """version 12.0
service timestamps debug uptime
hostname atelier-2600
enable secret 5 $1$abcd$efgh
ip subnet-zero
no ip finger
frame-relay switching
interface Ethernet0/0
 ip address 10.20.1.1 255.255.255.0
 no ip directed-broadcast
interface Ethernet0/1
 no ip address
 no ip directed-broadcast
 no ip mroute-cache
 shutdown
interface Serial0/0
 no ip address
 no ip directed-broadcast
 encapsulation frame-relay
 frame-relay lmi-type ansi
interface Serial0/0.1 point-to-point
 description vers le site B
 ip address 10.20.255.1 255.255.255.252
 no ip directed-broadcast
 frame-relay interface-dlci 102
router rip
 version 2
 network 10.0.0.0
ip classless
banner motd ^C
******************************
*  Lab-1#  acces reserve     *
******************************
^C
line con 0
 transport input none
line aux 0
line vty 0 4
 password 7 094F471A1A0A
 login
""",
        "e0/0",
        "e0/1",
    ),
    "12.4, ADSL": Case(
        """version 12.4
hostname R1841-cdi
aaa new-model
aaa authentication login default local
ip dhcp excluded-address 192.168.1.1 192.168.1.20
ip dhcp pool SALLE
   network 192.168.1.0 255.255.255.0
   default-router 192.168.1.1
interface Loopback0
 ip address 10.255.0.1 255.255.255.255
interface FastEthernet0/0
 description liaison FAI
 ip address dhcp client-id FastEthernet0/0 hostname cdi
 ip nat outside
 ip virtual-reassembly
 duplex auto
 speed auto
interface FastEthernet0/1
 ip unnumbered Loopback0
 duplex auto
interface ATM0/1/0
 no ip address
 no atm ilmi-keepalive
 dsl operating-mode auto
interface ATM0/1/0.1 point-to-point
 pvc 8/35
  pppoe-client dial-pool-number 1
interface Dialer1
 ip address negotiated
 ip nat outside
 encapsulation ppp
 dialer pool 1
 ppp chap hostname cdi@fai.example
ip route 0.0.0.0 0.0.0.0 Dialer1
ip http server
ip http port 8080
ip nat inside source list 10 interface Dialer1 overload
ip nat inside source static tcp 192.168.1.10 22 interface Dialer1 2222
ip nat inside source static 192.168.1.11 interface Dialer1
access-list 10 remark tout le monde
access-list 10 permit 192.168.1.0 0.0.0.255
route-map internet permit 10
 match ip address 10
""",
        "fa0/0",
        "fa0/1",
    ),
    "15.1, voice and HSRP": Case(
        """version 15.1
hostname R+1
event manager applet surveille
 event syslog pattern "%LINK-3-UPDOWN: Interface FastEthernet0/0"
 action 1.0 cli command "enable"
 action 2.0 cli command "interface FastEthernet0/0"
interface FastEthernet0/0
 ip address 10.30.0.1 255.255.255.0
 ip nat inside
 standby 1 ip 10.30.0.254
 standby 1 preempt
interface FastEthernet0/1
 no ip address
 duplex full
interface FastEthernet0/1.20
 description eleves
 encapsulation dot1Q 20 native
 ip address 10.20.0.1 255.255.0.0
 ip helper-address 10.30.0.9
 vrrp 2 ip 10.20.0.254
interface Multilink1
 no ip address
 ppp multilink group 1
ip sla 1
 icmp-echo 10.30.0.9 source-interface FastEthernet0/0
 frequency 30
ip sla schedule 1 life forever start-time now
voice-port 0/2/0
 description poste % 12
dial-peer voice 1 pots
 destination-pattern 1..
 port 0/2/0
ip nat inside source static tcp 10.20.0.5 80 interface Multilink1 80
ip nat inside source static udp 10.20.0.5 80 interface FastEthernet0/0 80
""",
        "fa0/0",
        "fa0/1.107",
    ),
    "XE, certificates and VRF": Case(
        """version 16.9
hostname R1@site
vrf definition Mgmt-intf
 address-family ipv4
 exit-address-family
crypto pki trustpoint TP-self-signed-1
 enrollment selfsigned
crypto pki certificate chain TP-self-signed-1
 certificate self-signed 01
  30820330 30820218 A0030201 02020101
        quit
license udi pid ISR4321/K9 sn FDO00000AAA
interface GigabitEthernet0/0/0
 no ip address
 shutdown
 negotiation auto
interface GigabitEthernet0/0/1
 no ip address
 negotiation auto
interface GigabitEthernet0/0/1.30
 encapsulation dot1Q 30
 vrf forwarding eleves
 ip address 10.31.0.1 255.255.255.0
interface Cellular0/1/0
 ip address negotiated
 ip nat outside
interface TwoGigabitEthernet0/2/0
 no ip address
interface wlan-ap0
 no ip address
interface GigabitEthernet0
 vrf forwarding Mgmt-intf
 ip address 192.0.2.9 255.255.255.0
ip nat inside source static tcp 10.31.0.5 443 interface Cellular0/1/0 443
ip nat inside source static tcp 10.31.0.5 80 interface TwoGigabitEthernet0/2/0 80 vrf eleves
ip nat inside source static network 10.31.0.0 198.51.100.0 /24
ip http secure-server
banner exec ^C
% Acces reserve %
%%%%%%%%%%%%%%%%%
end
interface GigabitEthernet0/0/0
 ip address 10.1.1.1 255.0.0.0
!
^C
""",
        "Gi0/0/0",
        "g0/0/1.107",
    ),
    "15.x, firewall and VPN": Case(
        """version 15.4
hostname Salle-12
class-map type inspect match-any WEB
 match protocol http
policy-map type inspect DEHORS
 class type inspect WEB
  inspect
 class class-default
  drop
zone security DEDANS
crypto isakmp policy 10
 encr aes 256
 authentication pre-share
crypto map VPN 10 ipsec-isakmp
 set peer 198.51.100.7
 match address VPN-ACL
interface GigabitEthernet0/0
 ip address 198.51.100.1 255.255.255.0
 ip access-group DEHORS-IN in
 ip nat outside
 crypto map VPN
interface GigabitEthernet0/1
 ip address 10.40.0.1 255.255.255.0
 ip nat inside
 zone-member security DEDANS
 ip tcp adjust-mss 1360
ip nat inside source route-map internet interface GigabitEthernet0/0 overload
ip nat inside source static tcp 10.40.0.8 25 198.51.100.1 25 route-map internet extendable
ip access-list extended DEHORS-IN
 permit tcp any host 198.51.100.1 eq www
 deny   ip any any log
ip access-list extended VPN-ACL
 permit ip 10.40.0.0 0.0.0.255 10.41.0.0 0.0.0.255
aaa authentication banner ^CDefense d'entrer
interface GigabitEthernet0/1^C
""",
        "g0/0",
        "g0/1",
    ),
    "CSR, named EIGRP and VRRPv3": Case(
        """version 15.5
hostname r1(old)
no ip routing
fhrp version vrrp v3
interface GigabitEthernet1
 ip address dhcp
 negotiation auto
interface GigabitEthernet2
 no ip address
 negotiation auto
 vrrp 1 address-family ipv4
  shutdown
  address 172.30.0.1 primary
  exit-vrrp
interface GigabitEthernet3
 no ip address
 service instance 10 ethernet
  encapsulation dot1q 10
  bridge-domain 10
interface BDI10
 ip address 10.50.0.1 255.255.255.0
router eigrp LAB
 address-family ipv4 unicast autonomous-system 1
  af-interface default
   passive-interface
  exit-af-interface
  network 10.0.0.0
 exit-address-family
ip nat inside source static tcp 10.50.0.4 80 interface BDI10 80
""",
        "GigabitEthernet1",
        "gi 2",
    ),
    "bridge": Case(
        "hostname R1\nbridge irb\ninterface FastEthernet0/0\n no ip address\ninterface FastEthernet0/1\n"
        " no ip address\n bridge-group 1\ninterface BVI1\n ip address 10.1.0.1 255.255.255.0\n"
        "bridge 1 protocol ieee\n",
        "fa0/0",
        "fa0/1",
        "bridge-group 1",
    ),
    "switch module": Case(
        "hostname R1812\ninterface FastEthernet0\n no ip address\ninterface FastEthernet2\n"
        " switchport access vlan 10\ninterface Vlan10\n ip address 10.1.0.1 255.255.255.0\n",
        "fa0",
        "fa2",
        "switchport access vlan 10",
    ),
    "NVI": Case(
        "hostname R1\ninterface FastEthernet0/0\n ip address 10.1.0.1 255.255.255.0\n ip nat enable\n"
        "interface FastEthernet0/1\n no ip address\nip nat source static 10.9.0.1 10.1.0.9\n",
        "fa0/0",
        "fa0/1",
        "ip nat enable",
    ),
    "PPPoE": Case(
        "hostname R1\ninterface FastEthernet0/0\n no ip address\n pppoe enable group global\n"
        " pppoe-client dial-pool-number 1\ninterface FastEthernet0/1\n no ip address\ninterface Dialer1\n"
        " ip address negotiated\n",
        "fa0/0",
        "fa0/1",
        "pppoe enable group global",
    ),
    "every port given away": Case(
        "hostname R1\ninterface FastEthernet0/0\n no ip address\ninterface FastEthernet0/1\n no ip address\n"
        f"{STATIC} 10.1.0.5 interface FastEthernet0/0\n",
        "fa0/0",
        "fa0/1",
        f"{STATIC} 10.1.0.5 interface FastEthernet0/0",
    ),
    "a network given away": Case(
        "hostname R1\ninterface FastEthernet0/0\n no ip address\ninterface FastEthernet0/1\n no ip address\n"
        f"{STATIC} network 10.1.0.0 192.16.193.0 /24\n",
        "fa0/0",
        "fa0/1",
        f"{STATIC} network 10.1.0.0 192.16.193.0 /24",
    ),
}
