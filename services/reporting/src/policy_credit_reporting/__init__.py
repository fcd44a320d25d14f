"""The reporting service: live indicators for commune, district, province and nation."""
