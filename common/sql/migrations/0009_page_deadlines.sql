-- The scan goes on behind the deadline at which its last page ended; many fall due at one instant.
drop index deadline_due;
create index deadline_due on deadline (due_at, deadline_id) where standing = 0;
