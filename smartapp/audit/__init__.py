"""The audit trail: who saw or did what, append-only, written before the answer is sent."""
