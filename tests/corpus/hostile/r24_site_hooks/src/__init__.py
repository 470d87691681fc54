# Row 24: runs where Python starts with this folder on its path.
import builtins

builtins.HOOKED = True
