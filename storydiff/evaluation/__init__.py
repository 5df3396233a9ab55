"""How good the findings are, measured on stories whose matches people have marked."""
