"""`manage.py sandbox`."""
