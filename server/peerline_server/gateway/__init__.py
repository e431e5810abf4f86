"""A connection's messages: decoded, limited, authorised and answered."""
