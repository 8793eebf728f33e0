//! Texts with variables. Users write them, so rendering is total: what is not a template is shown as it stands.
//!
//! The language is a part of Jinja: `{{ expression }}`, `{% if %}` with `elif` and `else`, `{# comments #}`; no
//! filters, functions, loops or assignments.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use minijinja::{Environment, UndefinedBehavior, Value};

/// What the names in a text stand for.
pub type Variables = HashMap<String, String>;

/// Longest title, in characters.
pub const MAX_TITLE: usize = 200;
/// Longest body, in characters.
pub const MAX_BODY: usize = 2_000;

/// Longest text that is taken for a template, in bytes.
const MAX_TEXT: usize = 8_000;
/// Longest tag, in bytes. The parser and the compiler recurse on expressions, some of them without a limit of
/// their own, so this bounds the stack.
const MAX_TAG: usize = 120;
/// Most tags of a text.
const MAX_TAGS: usize = 100;
/// Longest value of a variable, in characters: more would not be shown anyway.
const MAX_VALUE: usize = MAX_BODY;
/// One unit is an instruction or 64 bytes of data: 1.3 MB, enough for each tag to show the longest value.
const FUEL: u64 = 20_000;

static ENVIRONMENT: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = Environment::empty();
    environment.set_undefined_behavior(UndefinedBehavior::Chainable);
    environment.set_fuel(Some(FUEL));
    environment
});

/// A title: one line of at most [`MAX_TITLE`] characters. Empty only if the text is blank.
#[must_use]
pub fn title(text: &str, variables: &Variables) -> String {
    let one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    shown(&one_line(&render(text, variables)), &one_line(text), MAX_TITLE)
}

/// A body: plain text of at most [`MAX_BODY`] characters. Empty only if the text is blank.
#[must_use]
pub fn body(text: &str, variables: &Variables) -> String {
    shown(&render(text, variables), text, MAX_BODY)
}

/// The rendered text, or the text as it was written where rendering leaves nothing to see.
fn shown(rendered: &str, text: &str, max: usize) -> String {
    let rendered = clean(rendered, max);
    if rendered.is_empty() {
        clean(text, max)
    } else {
        rendered
    }
}

/// The text with its variables filled in, or as it stands if it is not a template.
fn render(text: &str, variables: &Variables) -> String {
    if !text.contains('{') || !is_modest(text) {
        return text.to_owned();
    }
    let values: BTreeMap<_, _> = variables
        .iter()
        .map(|(name, value)| (name.as_str(), Value::from(clip(value, MAX_VALUE))))
        .collect();
    ENVIRONMENT
        .render_str(text, Value::from(values))
        .unwrap_or_else(|_| text.to_owned())
}

/// Whether every tag of a text is one of ours and small. Stricter than the engine's lexer wherever the two could
/// see different tags: no braces and no backslashes within a tag, and no `raw`. No `*` either, which repeats lists
/// without the fuel that showing them costs.
fn is_modest(text: &str) -> bool {
    if text.len() > MAX_TEXT {
        return false;
    }
    let mut rest = text;
    let mut tags = 0;
    while let Some(start) = rest
        .find("{{")
        .into_iter()
        .chain(rest.find("{%"))
        .chain(rest.find("{#"))
        .min()
    {
        let (opening, inside) = rest[start..].split_at(2);
        let length = match opening {
            "{{" => tag_length(inside, "}}"),
            "{%" if is_condition(inside) => tag_length(inside, "%}"),
            "{#" => inside.find("#}"),
            _ => None,
        };
        let Some(length) = length else { return false };
        tags += 1;
        if tags > MAX_TAGS {
            return false;
        }
        rest = &inside[length + 2..];
    }
    true
}

fn is_condition(inside: &str) -> bool {
    let inside = inside.trim_start_matches(['-', '+']).trim_start();
    let end = inside
        .find(|c: char| !c.is_alphanumeric() && c != '_')
        .unwrap_or(inside.len());
    matches!(&inside[..end], "if" | "elif" | "else" | "endif")
}

/// The length of what stands before a tag's closing, which does not count within quotes.
fn tag_length(inside: &str, closing: &str) -> Option<usize> {
    let mut quote = None;
    for (at, c) in inside.char_indices().take_while(|(at, _)| *at <= MAX_TAG) {
        match (quote, c) {
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), _) if open == c => quote = None,
            (_, '\\' | '{') | (None, '*') => return None,
            (None, _) if inside[at..].starts_with(closing) => return Some(at),
            _ => {}
        }
    }
    None
}

/// Without control characters but line breaks and tabs, trimmed, and no longer than `max`.
fn clean(text: &str, max: usize) -> String {
    let kept: String = text
        .chars()
        .filter(|c| !c.is_control() || matches!(c, '\n' | '\t'))
        .collect();
    clip(kept.trim(), max).trim_end().to_owned()
}

fn clip(text: &str, max: usize) -> &str {
    text.char_indices().nth(max).map_or(text, |(end, _)| &text[..end])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn variables(pairs: &[(&str, &str)]) -> Variables {
        pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    #[test]
    fn variables_are_filled_in_without_escaping() {
        let given = variables(&[("merchant", "Fish & <Chips>"), ("amount", "12.50 USD")]);
        assert_eq!(
            body("{{ amount }} at {{merchant}}", &given),
            "12.50 USD at Fish & <Chips>"
        );
        assert_eq!(body("no variables", &given), "no variables");
    }

    #[test]
    fn values_are_not_templates() {
        let given = variables(&[("a", "{{ b }}"), ("b", "secret")]);
        assert_eq!(body("{{ a }}", &given), "{{ b }}");
    }

    #[test]
    fn undefined_variables_are_empty() {
        let none = HashMap::new();
        assert_eq!(body("a{{ x }}b{{ x.y.z }}c", &none), "abc");
        assert_eq!(body("a{% if x %}!{% else %}?{% endif %}", &none), "a?");
    }

    #[test]
    fn what_renders_to_nothing_is_shown_as_written() {
        assert_eq!(title("{{ x }}", &HashMap::new()), "{{ x }}");
        assert_eq!(title(" ", &HashMap::new()), "");
    }

    #[test]
    fn what_is_not_a_template_is_shown_as_written() {
        let given = variables(&[("x", "1")]);
        for text in [
            "{{",
            "{{ x",
            "{% if x %}",
            "{{ x | upper }}",
            "{{ f(x) }}",
            "{{ x * 3 }}",
            "{{ 1 / 0 }}",
            "{{ x + }}",
            "{% for a in x %}{{ a }}{% endfor %}",
            "{% set y = x ~ x %}{{ y }}",
            "{% raw %}{{ x }}{% endraw %}",
            "{% include 'a' %}",
            "{{ {'a': x} }}",
            "{{ 'a\\'b' }}",
            "{%if x%}{%- for a in x %}{%endif%}",
            "{# {{ x }}",
        ] {
            assert_eq!(body(text, &given), text);
        }
    }

    #[test]
    fn a_text_cannot_exhaust_memory_or_stack() {
        let given = variables(&[("x", &"x".repeat(100_000))]);
        let huge = [
            "{{ 'a' * 99999999 }}".to_owned(),
            "{{ [1] * 99999999 }}".to_owned(),
            "{{ x * 9999 }}".to_owned(),
            "{{ 9 ** 9 ** 9 }}".to_owned(),
            format!("{{{{ {}1 }}}}", "-".repeat(5_000)),
            format!("{{{{ '}}}}' ~ {}1 }}}}", "-".repeat(5_000)),
            format!("{{{{ {}x }}}}", "not ".repeat(1_900)),
            format!("{{{{ {}x }}}}", "x ~ ".repeat(1_900)),
            format!("{{{{ x{} }}}}", ".y".repeat(3_000)),
            format!("{}x{}", "{% if x %}".repeat(400), "{% endif %}".repeat(400)),
            format!(
                "{}{}",
                "{{ x }}".repeat(99),
                "{{ x ~ x ~ x ~ x ~ x ~ x ~ x ~ x ~ x ~ x }}"
            ),
        ];
        for text in huge {
            let shown = body(&text, &given);
            assert!(!shown.is_empty() && shown.chars().count() <= MAX_BODY, "{text}");
        }
        let deep = [
            format!("{{{{ {}1 }}}}", "-".repeat(MAX_TAG - 4)),
            format!(
                "{{{{ {}x{} }}}}",
                "(".repeat(MAX_TAG / 2 - 3),
                ")".repeat(MAX_TAG / 2 - 3)
            ),
            format!("{{{{ x{} }}}}", "[x".repeat(20) + &"]".repeat(20)),
            format!("{}x{}", "{%if x%}".repeat(50), "{%endif%}".repeat(50)),
            format!("{{%if y%}}{}{{%endif%}}", "{%elif y%}".repeat(98)),
        ];
        for text in deep {
            assert!(is_modest(&text), "{text}");
            assert!(!body(&text, &given).is_empty(), "{text}");
        }
    }

    #[test]
    fn every_tag_may_show_the_longest_value() {
        let given = variables(&[("x", &"\u{1F600}".repeat(MAX_BODY))]);
        let shown = body(&"{{ x }}".repeat(MAX_TAGS), &given);
        assert_eq!(shown, "\u{1F600}".repeat(MAX_BODY));
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        let text = "ä\u{1F600}".repeat(MAX_BODY);
        let none = HashMap::new();
        assert_eq!(body(&text, &none).chars().count(), MAX_BODY);
        assert_eq!(title(&text, &none).chars().count(), MAX_TITLE);
    }

    #[test]
    fn control_characters_are_dropped_and_titles_have_one_line() {
        let none = HashMap::new();
        assert_eq!(body("a\0b\r\nc\td", &none), "ab\nc\td");
        assert_eq!(title("a\n b\tc\u{7}", &none), "a b c");
    }

    fn pieces() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            Just("{{".to_owned()),
            Just("}}".to_owned()),
            Just("{%".to_owned()),
            Just("%}".to_owned()),
            Just("{#".to_owned()),
            Just("#}".to_owned()),
            Just(" if ".to_owned()),
            Just(" else ".to_owned()),
            Just(" endif ".to_owned()),
            Just(" not ".to_owned()),
            Just(" raw ".to_owned()),
            "[-+*/~.|()\\[\\]'\"\\\\x0-9 ]{1,4}",
            any::<char>().prop_map(String::from),
        ];
        prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn any_text_gives_a_storable_one(text in prop_oneof![any::<String>(), pieces()], value in any::<String>()) {
            let given = variables(&[("x", &value)]);
            let (title, body) = (title(&text, &given), body(&text, &given));
            prop_assert!(title.chars().count() <= MAX_TITLE);
            prop_assert!(body.chars().count() <= MAX_BODY);
            prop_assert!(!title.contains(char::is_control));
            prop_assert!(!body.contains('\0'));
        }

        #[test]
        fn a_text_without_braces_is_only_cleaned(text in "[^{]{0,300}") {
            let given = variables(&[("x", "1")]);
            prop_assert_eq!(body(&text, &given), clean(&text, MAX_BODY));
        }
    }
}
