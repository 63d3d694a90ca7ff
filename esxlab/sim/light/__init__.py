"""Engine light: Debian machines that live in their disk files, and a model of the network between them."""
