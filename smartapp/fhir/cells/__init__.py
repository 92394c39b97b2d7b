"""Named column functions: what a list says that no single element path can."""
