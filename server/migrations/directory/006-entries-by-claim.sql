-- Giving a claim up, and what the janitor confirms, find its entries without walking all that the installation ever registered.
create index entries_by_claim on entries (claim_id) where state = 'reserved';
