"""Do to a host of its own what machines do to hosts: kill it, fill its disk, turn its clock, damage its files; and check what is left."""
