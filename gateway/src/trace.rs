//! The trace that a request belongs to (W3C Trace Context).

/// The client's `traceparent` when it is well-formed, and otherwise the start of a new trace.
#[must_use]
pub fn parent(given: Option<&str>) -> String {
    match given {
        Some(given) if is_valid(given) => given.to_owned(),
        _ => {
            #[allow(clippy::disallowed_methods, reason = "ids of traces are no secrets")]
            let (trace, span) = (rand::random::<u128>().max(1), rand::random::<u64>().max(1));
            format!("00-{trace:032x}-{span:016x}-01")
        }
    }
}

fn is_valid(text: &str) -> bool {
    let parts = text.split('-').collect::<Vec<_>>();
    let &[version, trace, span, flags] = parts.as_slice() else {
        return false;
    };
    let hex = |part: &str, length| {
        part.len() == length && part.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    };
    let some = |part: &str| part.bytes().any(|byte| byte != b'0');
    version == "00" && hex(trace, 32) && some(trace) && hex(span, 16) && some(span) && hex(flags, 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_good_parent_is_kept_and_anything_else_replaced() {
        let good = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        assert_eq!(parent(Some(good)), good);
        let zero = "00-00000000000000000000000000000000-00f067aa0ba902b7-01";
        for bad in [
            None,
            Some(""),
            Some("junk"),
            Some(zero),
            Some(&good[..54]),
            Some(&good.to_uppercase()),
        ] {
            let made = parent(bad);
            assert!(is_valid(&made), "{made}");
            assert_ne!(Some(made.as_str()), bad);
        }
    }
}
