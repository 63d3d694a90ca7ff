"""What a lab is: frozen nouns, standard library only. What is wanted and what is found have the same type."""
