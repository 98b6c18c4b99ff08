"""Qualifications: rules that a job sets, held against what a person brings."""
