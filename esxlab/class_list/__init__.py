"""The class list: who is in which group. It stays on the teacher's computer, whatever else goes out."""
