"""What the HTML report shows: plain values for its template and numbers for its script.

The template, the style and the script lie beside these modules. They are ours
and small; the page that `storydiff.rendering.html` makes of them asks nobody for
anything.
"""
