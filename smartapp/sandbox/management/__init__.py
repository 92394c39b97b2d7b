"""Django finds the sandbox's command here."""
