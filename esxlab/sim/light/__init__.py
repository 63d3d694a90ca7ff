"""Engine light: Debian machines that live in their disk files, and a pure model of the network between them."""
