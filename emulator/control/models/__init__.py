"""What the control API takes and answers, as pydantic models. Its OpenAPI document is made from them."""
