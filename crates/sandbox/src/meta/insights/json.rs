//! Numbers as Meta writes them, straight into the answer's bytes.

/// A whole number.
pub(crate) fn int(out: &mut Vec<u8>, n: i64) {
    let mut digits = [0_u8; 20];
    let mut at = digits.len();
    let mut rest = n.unsigned_abs();
    loop {
        at -= 1;
        // The remainder is a single digit.
        digits[at] = b'0' + u8::try_from(rest % 10).unwrap_or(0);
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if n < 0 {
        out.push(b'-');
    }
    out.extend_from_slice(&digits[at..]);
}

/// Minor units as a decimal of major ones.
pub(crate) fn money(out: &mut Vec<u8>, minor: i64, offset: i64) {
    int(out, minor / offset);
    if offset == 100 {
        let cents = minor.unsigned_abs() % 100;
        out.push(b'.');
        out.push(b'0' + u8::try_from(cents / 10).unwrap_or(0));
        out.push(b'0' + u8::try_from(cents % 10).unwrap_or(0));
    }
}

/// A ratio with up to six decimals, rounded, without trailing zeros.
pub(crate) fn ratio(out: &mut Vec<u8>, numerator: i64, denominator: i64) {
    let (n, d) = (i128::from(numerator) * 1_000_000, i128::from(denominator.max(1)));
    let scaled = i64::try_from((n + d / 2) / d).unwrap_or(i64::MAX);
    int(out, scaled / 1_000_000);
    let mut fraction = scaled % 1_000_000;
    if fraction == 0 {
        return;
    }
    let mut places = 6;
    while fraction % 10 == 0 {
        fraction /= 10;
        places -= 1;
    }
    out.push(b'.');
    let start = out.len();
    int(out, fraction);
    for _ in out.len() - start..places {
        out.insert(start, b'0');
    }
}

/// A JSON string of any text.
pub(crate) fn text(out: &mut Vec<u8>, text: &str) {
    if text.bytes().all(|b| b >= b' ' && b != b'"' && b != b'\\') {
        out.push(b'"');
        out.extend_from_slice(text.as_bytes());
        out.push(b'"');
    } else {
        out.extend_from_slice(serde_json::Value::from(text).to_string().as_bytes());
    }
}

#[cfg(test)]
mod tests {
    fn written(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn numbers_read_as_meta_prints_them() {
        assert_eq!(written(|o| super::int(o, 0)), "0");
        assert_eq!(written(|o| super::int(o, 9_223_372_036_854_775_807)), "9223372036854775807");
        assert_eq!(written(|o| super::money(o, 18_437, 100)), "184.37");
        assert_eq!(written(|o| super::money(o, 5, 100)), "0.05");
        assert_eq!(written(|o| super::money(o, 18_437, 1)), "18437");
        assert_eq!(written(|o| super::ratio(o, 15_230, 11_894)), "1.280478");
        assert_eq!(written(|o| super::ratio(o, 1, 1_000)), "0.001");
        assert_eq!(written(|o| super::ratio(o, 4, 2)), "2");
        assert_eq!(written(|o| super::text(o, "a \"b\" ê")), "\"a \\\"b\\\" ê\"");
    }
}
