"""People who sign in here: users, roles, set-up of the first administrator."""
