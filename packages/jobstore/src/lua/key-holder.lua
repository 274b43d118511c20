-- Purpose: tells which export an owner has started with an idempotency key.
-- Arrow:   none
-- KEYS:    1 index of live exports, for the slot only
-- ARGV:    1 tenant, 2 client, 3 digest of the idempotency key, 4 prefix
-- Returns: {'held', <id of the export that has the key>, <digest of its request>, <its state>, <its age, ms>}
--          {'free'}
--          {'unsure'}  nobody holds the key, but Redis may have lost an export that does
--- @include "idempotency"
return holder_of(ARGV[1], ARGV[2], ARGV[3]) or { knows_all_keys() and 'free' or 'unsure' }
