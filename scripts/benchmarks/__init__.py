"""Ratios of docs/performance.md, measured side by side; `scripts/benchmark` starts this."""

import django

# Models are imported by the modules of this package, so Django comes before them.
django.setup()
