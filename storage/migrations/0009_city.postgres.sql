-- The search of a whole city: each word stands with its community ("c17x电梯"), so that a search walks through
-- what its own community wrote, and not through everybody's.

CREATE OR REPLACE FUNCTION tickets_with(community text, terms text, most bigint) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER ROWS 20 SET search_path FROM CURRENT AS $$
  SELECT ticket_id FROM ticket_words
  WHERE words @@ cast('''' || community || 'x' || replace(terms, ' ', ''' & ''' || community || 'x') || '''' AS tsquery)
    AND current_setting('minxinqiao.community', true) IN ('*', substr(community, 2))
  ORDER BY ticket_id + 0 DESC LIMIT most -- + 0: not along the key, past everybody's
$$;

UPDATE ticket_words SET words = array_to_tsvector(ARRAY(
  SELECT 'c' || tickets.community_id || 'x' || word FROM unnest(tsvector_to_array(ticket_words.words)) AS word
  WHERE word <> 'c' || tickets.community_id))
FROM tickets WHERE tickets.id = ticket_words.ticket_id;
