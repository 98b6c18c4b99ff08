"""Planning: corrective actions; goals, plans and decisions are to come."""
