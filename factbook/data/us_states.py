"""The states of the USA: postal codes, names, regions and neighbours.

Codes and names are those of the U.S. Postal Service (Publication 28, appendix B), regions those of
the Census Bureau ("Census Regions and Divisions of the United States"). Neighbours share a border
of some length on land or in a river or lake between them; states that meet in a point (Arizona and
Colorado, New Mexico and Utah) are none, nor are those across the Great Lakes.
"""

from __future__ import annotations

STATES: tuple[tuple[str, ...], ...] = (
    ("AL", "Alabama", "South", "FL GA MS TN"),
    ("AK", "Alaska", "West", ""),
    ("AZ", "Arizona", "West", "CA NM NV UT"),
    ("AR", "Arkansas", "South", "LA MO MS OK TN TX"),
    ("CA", "California", "West", "AZ NV OR"),
    ("CO", "Colorado", "West", "KS NE NM OK UT WY"),
    ("CT", "Connecticut", "Northeast", "MA NY RI"),
    ("DE", "Delaware", "South", "MD NJ PA"),
    ("DC", "District of Columbia", "South", "MD VA", "Washington, D.C.", "Washington DC", "D.C."),
    ("FL", "Florida", "South", "AL GA"),
    ("GA", "Georgia", "South", "AL FL NC SC TN"),
    ("HI", "Hawaii", "West", "", "Hawai‘i", "Hawai'i"),
    ("ID", "Idaho", "West", "MT NV OR UT WA WY"),
    ("IL", "Illinois", "Midwest", "IA IN KY MO WI"),
    ("IN", "Indiana", "Midwest", "IL KY MI OH"),
    ("IA", "Iowa", "Midwest", "IL MN MO NE SD WI"),
    ("KS", "Kansas", "Midwest", "CO MO NE OK"),
    ("KY", "Kentucky", "South", "IL IN MO OH TN VA WV"),
    ("LA", "Louisiana", "South", "AR MS TX"),
    ("ME", "Maine", "Northeast", "NH"),
    ("MD", "Maryland", "South", "DC DE PA VA WV"),
    ("MA", "Massachusetts", "Northeast", "CT NH NY RI VT"),
    ("MI", "Michigan", "Midwest", "IN OH WI"),
    ("MN", "Minnesota", "Midwest", "IA ND SD WI"),
    ("MS", "Mississippi", "South", "AL AR LA TN"),
    ("MO", "Missouri", "Midwest", "AR IA IL KS KY NE OK TN"),
    ("MT", "Montana", "West", "ID ND SD WY"),
    ("NE", "Nebraska", "Midwest", "CO IA KS MO SD WY"),
    ("NV", "Nevada", "West", "AZ CA ID OR UT"),
    ("NH", "New Hampshire", "Northeast", "MA ME VT"),
    ("NJ", "New Jersey", "Northeast", "DE NY PA"),
    ("NM", "New Mexico", "West", "AZ CO OK TX"),
    ("NY", "New York", "Northeast", "CT MA NJ PA VT", "New York State"),
    ("NC", "North Carolina", "South", "GA SC TN VA"),
    ("ND", "North Dakota", "Midwest", "MN MT SD"),
    ("OH", "Ohio", "Midwest", "IN KY MI PA WV"),
    ("OK", "Oklahoma", "South", "AR CO KS MO NM TX"),
    ("OR", "Oregon", "West", "CA ID NV WA"),
    ("PA", "Pennsylvania", "Northeast", "DE MD NJ NY OH WV"),
    ("RI", "Rhode Island", "Northeast", "CT MA"),
    ("SC", "South Carolina", "South", "GA NC"),
    ("SD", "South Dakota", "Midwest", "IA MN MT ND NE WY"),
    ("TN", "Tennessee", "South", "AL AR GA KY MO MS NC VA"),
    ("TX", "Texas", "South", "AR LA NM OK"),
    ("UT", "Utah", "West", "AZ CO ID NV WY"),
    ("VT", "Vermont", "Northeast", "MA NH NY"),
    ("VA", "Virginia", "South", "DC KY MD NC TN WV"),
    ("WA", "Washington", "West", "ID OR", "Washington State"),
    ("WV", "West Virginia", "South", "KY MD OH PA VA"),
    ("WI", "Wisconsin", "Midwest", "IA IL MI MN"),
    ("WY", "Wyoming", "West", "CO ID MT NE SD UT"),
    ("AS", "American Samoa", "Territories", ""),
    ("GU", "Guam", "Territories", ""),
    ("MP", "Northern Mariana Islands", "Territories", ""),
    ("PR", "Puerto Rico", "Territories", ""),
    ("VI", "U.S. Virgin Islands", "Territories", "", "Virgin Islands", "US Virgin Islands"),
)
"""Code, name, region, codes of neighbours, and other names of each."""
