//! Files in, constants out.

use pfms_tax_parameters::from_files;

const YEARS: &str =
    "exponent = 2\n[year.2025]\nlabel = \"2025-26\"\nfirst-day = 2025-04-06\nlast-day = 2026-04-05\n";

fn generated(figures: &str) -> Result<String, String> {
    let files = [("years.toml", YEARS), ("some.toml", figures)];
    let files = files.map(|(name, content)| (name.to_owned(), content.to_owned()));
    from_files(&files).map_err(|error| error.to_string())
}

#[test]
fn a_figure_becomes_a_static_of_its_type() {
    let code = generated(
        r#"
        source = "Act"
        mark = "P"
        [personal-allowance.amount]
        label = "Allowance"
        unit = "amount"
        2025 = "12570"
        [tips.cap]
        label = "Cap"
        unit = "rate"
        2025 = { value = "none", mark = "S" }
        "#,
    )
    .unwrap();
    assert!(code.contains("pub static PERSONAL_ALLOWANCE_AMOUNT: ::pfms_tax::Node<i64>"));
    assert!(code.contains("value: 1257000, source: \"Act\", mark: ::pfms_tax::Mark::Primary"));
    assert!(code.contains("pub static TIPS_CAP: ::pfms_tax::Node<Option<::pfms_tax::Rate>>"));
    assert!(code.contains("value: None, source: \"Act\", mark: ::pfms_tax::Mark::Secondary"));
    assert!(code.contains("nodes: &[&PERSONAL_ALLOWANCE_AMOUNT, &TIPS_CAP]"));
    assert!(code.contains("year: 2025, label: \"2025-26\", first_day: ::pfms_tax::date(2025, 4, 6)"));
}

#[test]
fn what_is_wrong_is_named_with_its_file_and_figure() {
    let node = |rest: &str| format!("[a.b]\nlabel = \"B\"\nunit = \"amount\"\n{rest}");
    let marked = |rest: &str| format!("source = \"Act\"\nmark = \"P\"\n{}", node(rest));
    for (figures, problem) in [
        (node("2025 = \"1\""), "some.toml: a.b: 2025: source is missing"),
        (
            marked(""),
            "some.toml: a.b: has no value for 2025, which years.toml names",
        ),
        (marked("2025 = 1"), "some.toml: a.b: 2025: must be text"),
        (
            marked("2025 = \"1\"\nmarks = \"P\""),
            "\"marks\" is neither a year nor label",
        ),
        (
            marked("2025 = \"1\"\nmark = \"E3\""),
            "mark must be P, E2, E1 or S, not E3",
        ),
        ("[a]\nb = 1".to_owned(), "some.toml: a.b: a figure is a table"),
        ("[A]\n".to_owned(), "some.toml: A: must be lower case words"),
        ("[a".to_owned(), "some.toml: "),
    ] {
        let answer = generated(&figures).unwrap_err();
        assert!(answer.contains(problem), "{answer}");
    }
}

#[test]
fn the_years_are_needed_and_whole() {
    let only = |content: &str| from_files(&[("years.toml".to_owned(), content.to_owned())]);
    assert!(
        from_files(&[])
            .unwrap_err()
            .to_string()
            .contains("years.toml is missing")
    );
    assert!(only("exponent = 2").is_err());
    assert!(only(&YEARS.replace("2026-04-05", "2025-04-05")).is_err());
    assert!(only(&YEARS.replace("exponent = 2", "exponent = -1")).is_err());
    assert!(only(YEARS).is_ok());
}
