"""Targets, readings, frozen periods, restatements and drill-down over every registered measure."""
