-- An entry of the register (kind 2004) is found by its number, which is its label.
create index case_state_register on case_state (label) where kind = 2004;
