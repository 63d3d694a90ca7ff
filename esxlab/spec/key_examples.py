"""For each key that its section's example leaves out, a piece of a spec in which it stands; tests load it."""

from __future__ import annotations

_FINGERPRINT = "SHA256:" + "A" * 42 + "E"

KEY_EXAMPLES = {
    "vsphere.port": "vsphere: {host: esxi1.lycee.example, port: 8443}\n",
    "vsphere.thumbprint": f"vsphere: {{host: esxi1.lycee.example, thumbprint: {'5F' * 32}}}\n",
    "vsphere.datacenter": "vsphere: {host: vcenter.lycee.example, datacenter: Lycée, esxi: esxi1}\n",
    "vsphere.model": "vsphere: {host: esxi1.lycee.example, model: modeleD12}\n",
    "vsphere.staging": "vsphere: {host: esxi1.lycee.example, staging: LAN élèves}\n",
    "vsphere.staging_kind": """\
vsphere: {host: vcenter.lycee.example, esxi: esxi1, staging: LAN élèves, staging_kind: distributed}
""",
    "vsphere.vswitch": "vsphere: {host: esxi1.lycee.example, vswitch: vSwitch1}\n",
    "vsphere.writes": "vsphere: {host: esxi1.lycee.example, writes: ssh}\n",
    "vsphere.api": "vsphere: {host: esxi1.lycee.example, writes: ssh, api: none}\n",
    "vsphere.key": "vsphere: {host: esxi1.lycee.example, writes: ssh, key: agent}\n",
    "vsphere.method": "vsphere: {host: vcenter.lycee.example, esxi: esxi1, method: linked}\n",
    "vsphere.hosts": "vsphere: {hosts: {1-3: esxi1.lycee.example, 4-7: esxi2.lycee.example}}\n",
    "inside.existing": 'inside: {port_group: "G{{ group }}-IN", existing: true}\n',
    "inside.kind": 'inside: {port_group: "G{{ group }}-IN", existing: true, kind: distributed}\n',
    "outside.network": "outside: {network: 192.16.193.0/24}\n",
    "outside.existing": 'outside: {port_group: "G{{ group }}-OUT", existing: true}\n',
    "outside.kind": 'outside: {port_group: "G{{ group }}-OUT", existing: true, kind: distributed}\n',
    "outside.port_group": 'outside: {port_group: "g{{ group }}-out"}\n',
    "hardware.guest_id": "hardware: {guest_id: debian10_64Guest}\n",
    "hardware.cpus": "hardware: {cpus: 2}\n",
    "hardware.disk_gib": "hardware: {disk_gib: 32}\n",
    "hardware.scsi_type": "hardware: {scsi_type: lsilogic}\n",
    "machines.NAME.hostname": "machines:\n  srvweb1: {hostname: SRV-PARIS}\n",
    "machines.NAME.role": "machines:\n  srvweb2: none\n  web-paris: {role: web, inside: 172.16.193.50}\n",
    "machines.NAME.outside": "machines:\n  repartiteur1: {outside: 192.16.193.26}\n",
    "clients.NAME.hostname": "clients:\n  ClientA: {hostname: poste-a}\n",
    "clients.NAME.inside": "clients:\n  ClientB: {inside: 172.16.193.111}\n",
    "clients.NAME.hardware": "clients:\n  ClientA: {hardware: {memory_mib: 512}}\n",
    "router.device": 'router: {host: "10.0.0.{{ group }}", device: cisco_ios_telnet}\n',
    "router.port": 'router: {host: "10.0.0.{{ group }}", port: 2222}\n',
    "router.user": 'router: {host: "10.0.0.{{ group }}", user: prof}\n',
    "router.key": 'router: {host: "10.0.0.{{ group }}", key: agent}\n',
    "router.serial_number": """\
router: {host: "10.0.0.{{ group }}"}
overrides:
  3: {router: {serial_number: FTX1234A0BC}}
""",
    "router.outside_address": 'router: {host: "10.0.0.{{ group }}", outside_address: 192.16.193.21}\n',
    "router.outside_port": 'router: {host: "10.0.0.{{ group }}", outside_port: 8080}\n',
    "router.inside_address": 'router: {host: "10.0.0.{{ group }}", inside_address: 172.16.193.252}\n',
    "guest.user": "guest: {user: root}\n",
    "guest.host_key": f"guest: {{host_key: '{_FINGERPRINT}'}}\n",
    "guest.mirror": "guest: {mirror: http://deb.lycee.example/debian}\n",
    "model.sha256": f"model: {{iso: debian-9.13.0-i386-netinst.iso, sha256: {'0a' * 32}}}\n",
    "model.keymap": "model: {iso: debian-9.13.0-i386-netinst.iso, keymap: us}\n",
    "model.timezone": "model: {iso: debian-9.13.0-i386-netinst.iso, timezone: America/Martinique}\n",
    "school.embedded": "school: embedded\n",
    "names.folder": "names: {folder: \"tp-{{ '%02d' % group }}-{{ machine }}\"}\n",
    "cluster.address": "cluster: {address: 172.16.193.31}\n",
    "cluster.primary": "cluster: {primary: srvweb2}\n",
    "cluster.services": "cluster: {services: [apache2]}\n",
    "cluster.auth": "cluster: {auth: md5}\n",
    "cluster.keepalive": "cluster: {keepalive: 1}\n",
    "cluster.warntime": "cluster: {warntime: 5}\n",
    "cluster.initdead": "cluster: {initdead: 120}\n",
    "cluster.udpport": "cluster: {udpport: 695}\n",
    "balancer.address": "balancer: {address: 192.16.193.31}\n",
    "balancer.port": "balancer: {port: 8080}\n",
    "balancer.method": "balancer: {method: dr}\n",
}
