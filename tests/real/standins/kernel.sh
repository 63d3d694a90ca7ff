# Stand-in for base-installer's choice of a kernel on i386: the one of a processor that has PAE.
arch_get_kernel_flavour() {
  echo 686-pae
}
arch_check_usable_kernel() {
  case $1 in
    *-dbg) return 1 ;;
    *-686-pae) return 0 ;;
    *) return 1 ;;
  esac
}
arch_get_kernel() {
  echo linux-image-686-pae
}
