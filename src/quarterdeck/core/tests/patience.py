"""How long a test waits for what it has asked other processes for."""

# Every wait ends with what it waits for; this is only when it is sure that nothing will come, on a
# machine that is ten times as busy as it should be.
PATIENCE = 120.0
