"""What every package needs and none owns: clock, ids, money, errors, the database. No word of the domain in it."""
