//! Every shape of SMSVerifyo's rental API, in one place: its guide names endpoints and a few fields but shows no JSON, so
//! most of what stands here is chosen. When the real reference shows something else, this file is what changes. It knows
//! nothing of how rentals live or what they cost.
//!
//! # What the guide gives
//!
//! * `GET /v1/services`, `POST /v1/rentals`, `GET /v1/rentals/{id}`, `POST /v1/rentals/{id}/cancel`
//! * `Authorization: Bearer sms_live_...` on every request
//! * `Idempotency-Key` on `POST /v1/rentals`, good for 24 hours
//! * `max_price_usd` on creation: above it nothing is sold
//! * a filter for numbers of real mobile carriers, which cost a little more (its name is not given)
//! * cancelling early refunds everything
//! * a webhook with `rental_id`, `code` and `received_at` and an HMAC signature (its header and form are not given)
//! * 60 rental requests a minute for each key, then 429 with `Retry-After`
//!
//! # What is chosen
//!
//! Amounts are USD as JSON numbers with four decimals (`0.3500`), times ISO 8601 in UTC to the second
//! (`2026-05-27T08:00:00Z`), codes strings with their leading zeros, rental ids opaque strings. Requests with a body send
//! `Content-Type: application/json`; unknown fields and parameters are refused.
//!
//! `GET /v1/services` answers 200. `code` is what a creation names; `real_mobile` is null where no real mobile carrier
//! has numbers:
//!
//! ```json
//! {"services": [{"code": "wa", "name": "WhatsApp", "countries": [
//!   {"code": "ID", "name": "Indonesia", "price_usd": 0.3500, "available": 42,
//!    "real_mobile": {"price_usd": 0.4200, "available": 7}}]}]}
//! ```
//!
//! `POST /v1/rentals` takes `service` and `country` (both needed, codes as above), `max_price_usd` (a number above zero
//! with at most four decimals) and `real_mobile_only` (false when absent):
//!
//! ```json
//! {"service": "wa", "country": "ID", "max_price_usd": 0.4200, "real_mobile_only": true}
//! ```
//!
//! It answers 201 with a rental. The same key with the same body within 24 hours answers 201 with the same rental as it
//! stands by then, and buys nothing. `Idempotency-Key` is text of 1 to 255 visible characters and may be absent: then
//! every creation that arrives is one. A refused creation leaves its key free. `GET /v1/rentals/{id}` and
//! `POST /v1/rentals/{id}/cancel` (which takes no body) answer 200 with a rental. All fields are always there, `phone`
//! has its plus, and `code` is the newest one:
//!
//! ```json
//! {"rental": {"id": "rnt_0f1e2d3c4b5a69788796a5b4", "service": "wa", "country": "ID", "real_mobile": true,
//!   "phone": "+6281200123456", "status": "received", "price_usd": 0.4200, "code": "012345",
//!   "received_at": "2026-05-27T08:00:40Z", "created_at": "2026-05-27T08:00:00Z",
//!   "expires_at": "2026-05-27T08:20:00Z"}}
//! ```
//!
//! | status | what it means | `code`, `received_at` | money |
//! |---|---|---|---|
//! | `waiting` | no code yet | null | charged |
//! | `received` | a code is here; stays so after `expires_at`, when no more come | the newest | charged |
//! | `cancelled` | taken back, by the reseller or by the provider, before any code | null | refunded |
//! | `expired` | `expires_at` came before any code | null | refunded |
//!
//! Refusals are `{"error": {"code": "not_found", "message": "..."}}`, where the message is for people:
//!
//! | HTTP | `code` | when |
//! |---|---|---|
//! | 400 | `invalid_request` | a body, parameter or header that is missing or malformed |
//! | 401 | `unauthorized` | no key, or not this one |
//! | 402 | `insufficient_funds` | the balance is below the price |
//! | 404 | `not_found` | no such endpoint, rental, service, country, or not sold there at all |
//! | 405 | `method_not_allowed` | with `Allow` |
//! | 409 | `idempotency_key_reused` | the key was used with another body within 24 hours |
//! | 409 | `invalid_state` | a cancel of a rental that is not `waiting` any more, a repeated one included |
//! | 409 | `price_too_high` | the price is above `max_price_usd` |
//! | 429 | `rate_limited` | with `Retry-After` in whole seconds; creations only are counted, repeated ones too |
//! | 500 | `internal_error` | |
//! | 503 | `no_numbers` | sold there, but out of stock now; nothing was charged |
//! | 503 | `unavailable` | with `Retry-After` |
//!
//! The webhook's address and secret are set in the reseller's dashboard, not over the API. For every code it is
//! `POST {"rental_id": "rnt_...", "code": "012345", "received_at": "2026-05-27T08:00:40Z"}` with
//! `X-Signature`: HMAC-SHA256 of the body's bytes under the secret, in small hexadecimal digits.
