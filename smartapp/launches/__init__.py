"""SMART App Launch: an authorization request becomes a grant, and the grant a launch."""
