"""Small images laid out as Debian's installers are, for whoever remasters or boots one."""

from __future__ import annotations

import io

STRETCH = 'Debian GNU/Linux 9.13.0 "Stretch" - Official i386 NETINST 20200718-11:07'
BUSTER = 'Debian GNU/Linux 10.13.0 "Buster" - Official amd64 DVD Binary-1 20220910-13:07'
STRETCH_DVD = 'Debian GNU/Linux 9.13.0 "Stretch" - Official i386 DVD Binary-1 20200718-11:07'
KERNEL = b"K" * 5000


def make_image(path, info, *, kernels="install.386", joliet=3):
    """A small image laid out as debian-cd does: Rock Ridge, Joliet, El Torito with isolinux."""
    import pycdlib

    iso = pycdlib.PyCdlib()
    iso.new(interchange_level=3, rock_ridge="1.09", joliet=joliet)
    files = {
        (".disk", "info"): info.encode(),
        ("isolinux", "isolinux.bin"): b"\0" * 24576,
        ("isolinux", "isolinux.cfg"): b"include menu.cfg\ndefault vesamenu.c32\ntimeout 0\n",
        (kernels, "vmlinuz"): KERNEL,
        (kernels, "initrd.gz"): b"I" * 7000,
    }
    for directory in dict.fromkeys(directory for directory, _ in files):
        iso.add_directory(
            plain(directory), rr_name=directory, **({"joliet_path": f"/{directory}"} if joliet else {})
        )
    for (directory, name), content in files.items():
        extra = {"joliet_path": f"/{directory}/{name}"} if joliet else {}
        where = f"{plain(directory)}/{name.upper()}{'' if '.' in name else '.'};1"
        iso.add_fp(io.BytesIO(content), len(content), where, rr_name=name, **extra)
    boot = {"joliet_bootcatfile": "/isolinux/boot.cat"} if joliet else {}
    iso.add_eltorito(
        "/ISOLINUX/ISOLINUX.BIN;1", bootcatfile="/ISOLINUX/BOOT.CAT;1", rr_bootcatname="boot.cat",
        boot_load_size=4, boot_info_table=True, **boot,
    )  # fmt: skip
    iso.write(str(path))
    iso.close()
    return path


def plain(directory):
    return f"/{directory.upper().lstrip('.').replace('.', '_')}"
