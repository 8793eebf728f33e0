//! Whatever bytes arrive, reading an expense ends in an expense or in named faults.
#![allow(clippy::unwrap_used)]

use pbjson_types::value::Kind;
use pbjson_types::{ListValue, Struct, Timestamp, Value};
use pfms_expense::expense::Details;
use pfms_expense::filter::Filter;
use pfms_proto::expense::v1::{Expense, ListExpensesRequest, Location};
use pfms_proto::types::v1::Money;
use pfms_runtime::Violations;
use proptest::prelude::*;
use prost::Message;

/// Arbitrary texts, with those among them that come close to being right.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "-?[0-9]{0,25}(\\.[0-9]{0,6})?",
        "[0-9]{4}-[0-9]{2}-[0-9]{2}",
        "T?[0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]+)?)?Z?",
        "https://[a-z.\\[\\]:@%0-9]{0,20}/?\\PC{0,10}",
        prop::sample::select(vec!["USD", "JPY", "CLF", "XXX1", "NaN", "1e3"]).prop_map(str::to_owned),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(None),
        any::<i32>().prop_map(|number| Some(Kind::NullValue(number))),
        any::<f64>().prop_map(|number| Some(Kind::NumberValue(number))),
        Just(Some(Kind::NumberValue(f64::NAN))),
        any::<bool>().prop_map(|flag| Some(Kind::BoolValue(flag))),
        any::<String>().prop_map(|text| Some(Kind::StringValue(text))),
    ]
    .prop_map(|kind| Value { kind });
    leaf.prop_recursive(4, 32, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(|values| ListValue { values }.into()),
            prop::collection::hash_map(any::<String>(), inner, 0..4).prop_map(|fields| Value {
                kind: Some(Kind::StructValue(Struct { fields }))
            }),
        ]
    })
}

prop_compose! {
    fn expense()(
        amount in prop::option::of((text(), text())),
        texts in prop::collection::vec(text(), 8),
        tags in prop::collection::vec(text(), 0..60),
        attachments in prop::collection::vec(text(), 0..30),
        place in prop::option::of((any::<f64>(), any::<f64>(), text())),
        source: i32,
        metadata in prop::option::of(prop::collection::hash_map(any::<String>(), value(), 0..4)),
        time in prop::option::of((any::<i64>(), any::<i32>())),
    ) -> Expense {
        let mut texts = texts.into_iter();
        let mut next = || texts.next().unwrap_or_default();
        Expense {
            id: next(),
            amount: amount.map(|(amount, currency)| Money { amount, currency }),
            category_id: next(),
            description: next(),
            merchant: next(),
            date: next(),
            time: next(),
            location: place.map(|(latitude, longitude, address)| Location { latitude, longitude, address }),
            payment_method: next(),
            tags,
            attachments,
            source,
            metadata: metadata.map(|fields| Struct { fields }),
            create_time: time.map(|(seconds, nanos)| Timestamp { seconds, nanos }),
            update_time: None,
        }
    }
}

fn read(expense: Expense) {
    let mut violations = Violations::default();
    let details = Details::parse(expense, &mut violations);
    assert_eq!(details.is_none(), !violations.is_empty());
    if let Some(details) = details {
        assert!(details.amount.minor() > 0);
    }
}

proptest! {
    #[test]
    fn no_expense_makes_the_parser_panic(expense in expense()) {
        read(expense);
    }

    #[test]
    fn no_bytes_make_the_parser_panic(bytes: Vec<u8>) {
        if let Ok(expense) = Expense::decode(bytes.as_slice()) {
            read(expense);
        }
    }

    #[test]
    fn no_damaged_message_makes_the_parser_panic(expense in expense(), at: prop::sample::Index, byte: u8) {
        let mut bytes = expense.encode_to_vec();
        if !bytes.is_empty() {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Ok(expense) = Expense::decode(bytes.as_slice()) {
            read(expense);
        }
    }

    #[test]
    fn no_filter_makes_the_parser_panic(texts in prop::collection::vec(text(), 8), tags in prop::collection::vec(text(), 0..60)) {
        let request = ListExpensesRequest {
            page_size: 0,
            page_token: texts[0].clone(),
            start_date: texts[1].clone(),
            end_date: texts[2].clone(),
            category_id: texts[3].clone(),
            currency: texts[4].clone(),
            min_amount: texts[5].clone(),
            max_amount: texts[6].clone(),
            tags,
            text: texts[7].clone(),
            ..ListExpensesRequest::default()
        };
        Filter::parse(&request, &mut Violations::default());
    }
}
