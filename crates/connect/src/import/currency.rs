//! Which currency a header or a cell names, by ISO code or sign.

use trimtab_domain::Currency;

/// Codes recognised in headers. `ALL` (the lek) is left out: `Clicks (ALL)` means something else.
const CODES: [&str; 62] = [
    "AED", "ARS", "AUD", "BDT", "BGN", "BHD", "BOB", "BRL", "CAD", "CHF", "CLP", "CNY", "COP", "CRC", "CZK", "DKK", "DZD", "EGP",
    "EUR", "GBP", "GTQ", "HKD", "HNL", "HRK", "HUF", "IDR", "ILS", "INR", "ISK", "JPY", "KES", "KRW", "KWD", "LKR", "MAD", "MXN",
    "MYR", "NGN", "NIO", "NOK", "NZD", "OMR", "PEN", "PHP", "PKR", "PLN", "PYG", "QAR", "RON", "RSD", "RUB", "SAR", "SEK", "SGD",
    "THB", "TRY", "TWD", "UAH", "USD", "UYU", "VND", "ZAR",
];

/// Signs of exactly one currency; longer ones first.
const SIGNS: [(&str, &str); 17] = [
    ("US$", "USD"),
    ("R$", "BRL"),
    ("CA$", "CAD"),
    ("C$", "CAD"),
    ("AU$", "AUD"),
    ("A$", "AUD"),
    ("NZ$", "NZD"),
    ("HK$", "HKD"),
    ("S$", "SGD"),
    ("MX$", "MXN"),
    ("€", "EUR"),
    ("£", "GBP"),
    ("₹", "INR"),
    ("zł", "PLN"),
    ("₺", "TRY"),
    ("₩", "KRW"),
    ("₪", "ILS"),
];

/// What a text says of the currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Named {
    /// This one.
    Exactly(Currency),
    /// A dollar, some country's.
    Dollar,
}

/// The currency a short text is, such as `USD`, `R$` or `€`.
pub(super) fn of_text(text: &str) -> Option<Named> {
    let text = text.trim();
    if text == "$" {
        return Some(Named::Dollar);
    }
    let code = if CODES.contains(&text) { text } else { SIGNS.iter().find(|(sign, _)| *sign == text)?.1 };
    code.parse().ok().map(Named::Exactly)
}

/// The currency in a header such as `Amount spent (USD)`, `Cost [EUR]` or `Spend EUR`.
pub(super) fn of_header(header: &str) -> Option<Named> {
    header.split(['(', ')', '[', ']', ' ', '_']).find_map(of_text)
}

/// The currency beside the digits of a cell such as `R$ 1.234,56` or `12.50 EUR`.
pub(super) fn of_cell(cell: &str) -> Option<Named> {
    let sign = cell.trim().trim_matches(|c: char| {
        c.is_ascii_digit() || c.is_whitespace() || matches!(c, '.' | ',' | '-' | '−' | '+' | '(' | ')' | '\'')
    });
    if sign.is_empty() { None } else { of_text(sign) }
}

/// Whether a currency's own sign is the dollar.
pub(super) fn is_dollar(currency: Currency) -> bool {
    matches!(currency.as_str(), "USD" | "CAD" | "AUD" | "NZD" | "HKD" | "SGD" | "MXN" | "TWD" | "CLP" | "COP" | "ARS")
}
