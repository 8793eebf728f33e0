//! What rules can listen to, and the fields of it that they can compare: taken from the events' descriptors, so that
//! an event of a service that comes later is known as soon as it is described.

use std::sync::LazyLock;

use pfms_proto::automation::v1 as wire;
use prost_reflect::{
    DescriptorPool, DynamicMessage, ExtensionDescriptor, FieldDescriptor, Kind as ProtoKind,
    MessageDescriptor,
};

/// The name of the trigger that is a rule's own schedule.
pub const TIME: &str = "time";
/// The event that rules and services trigger each other with; it alone has topics.
pub const TRIGGER: &str = "automation.trigger";
/// The field with the event's topic.
pub const TOPIC: &str = "topic";
/// Deepest nesting of messages whose fields are taken.
const MAX_DEPTH: usize = 4;

/// Something that rules can listen to.
#[derive(Debug, PartialEq, Eq)]
pub struct Schema {
    name: String,
    fields: Vec<Field>,
}

/// A field of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// As in the event's JSON; what is inside another object is joined by dots.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
    /// Whether its value is among the keys by which rules are looked up.
    pub is_key: bool,
    /// Whether it is a number that protobuf leaves out where it is zero.
    pub is_zero_left_out: bool,
}

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// Several texts.
    Texts,
    /// An amount of money.
    Money,
    /// A day.
    Date,
    /// An id.
    Id,
    /// A number, whole or decimal.
    Number,
    /// Yes or no.
    Flag,
    /// A point in time.
    Instant,
    /// An object of texts, numbers and truth values, each of which is named `field.member`. What a member holds is
    /// for the comparison to say; one that holds something else does not compare.
    Open,
}

impl Kind {
    /// As it goes out; nothing for what is not a field by itself.
    #[must_use]
    pub const fn wire(self) -> wire::FieldType {
        match self {
            Self::Text => wire::FieldType::Text,
            Self::Texts => wire::FieldType::Texts,
            Self::Money => wire::FieldType::Money,
            Self::Date => wire::FieldType::Date,
            Self::Id => wire::FieldType::Id,
            Self::Number => wire::FieldType::Number,
            Self::Flag => wire::FieldType::Flag,
            Self::Instant => wire::FieldType::Instant,
            Self::Open => wire::FieldType::Unspecified,
        }
    }
}

/// How a comparison finds its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// The field at this place of [`Schema::fields`].
    Field(usize),
    /// A member of the open field at this place.
    Member(usize, String),
}

impl Schema {
    /// Everything that rules can listen to, by name.
    #[must_use]
    pub fn all() -> &'static [Self] {
        &SCHEMAS
    }

    /// What has this name.
    #[must_use]
    pub fn find(name: &str) -> Option<&'static Self> {
        Self::all().iter().find(|schema| schema.name == name)
    }

    /// The event's name, or "time".
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The fields, in the order of the descriptor.
    #[must_use]
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// The field at a place.
    #[must_use]
    pub fn field(&self, place: usize) -> Option<&Field> {
        self.fields.get(place)
    }

    /// Where a field of this name is.
    #[must_use]
    pub fn position(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|field| field.name == name)
    }

    /// Where the value of this name is, and what it holds. Members of an open field may have any name of up to 64
    /// characters.
    #[must_use]
    pub fn place(&self, name: &str) -> Option<(Place, Kind)> {
        if let Some(index) = self.position(name) {
            let kind = self.fields.get(index)?.kind;
            return (kind != Kind::Open).then_some((Place::Field(index), kind));
        }
        let (open, member) = name.split_once('.')?;
        let index = self.position(open)?;
        let is_open = self.fields.get(index)?.kind == Kind::Open;
        let is_member = (1..=64).contains(&member.chars().count()) && !member.chars().any(char::is_control);
        (is_open && is_member).then(|| (Place::Member(index, member.to_owned()), Kind::Open))
    }

    /// Whether the event is about an expense that is there: it can be categorised and tagged.
    #[must_use]
    pub fn has_expense(&self) -> bool {
        matches!(self.name.as_str(), "expense.created" | "expense.updated")
    }

    /// Whether the event tells of an expense.
    #[must_use]
    pub fn is_of_expense(&self) -> bool {
        self.has_expense() || self.name == "expense.deleted"
    }

    /// Every name that can be compared, for a message that says so.
    #[must_use]
    pub fn names(&self) -> String {
        let names = self.fields.iter().map(|field| match field.kind {
            Kind::Open => format!("{}.<name>", field.name),
            _ => field.name.clone(),
        });
        names.collect::<Vec<_>>().join(", ")
    }
}

static SCHEMAS: LazyLock<Vec<Schema>> =
    LazyLock::new(|| match DescriptorPool::decode(pfms_proto::DESCRIPTOR) {
        Ok(pool) => {
            let mut schemas = described(&pool);
            schemas.push(time());
            schemas.sort_by(|one, another| one.name.cmp(&another.name));
            schemas
        }
        Err(error) => {
            tracing::error!(%error, "the descriptor of the mesh's messages cannot be read");
            vec![time()]
        }
    });

/// What a rule's own schedule tells.
fn time() -> Schema {
    let field = |name: &str, kind| Field {
        name: name.to_owned(),
        kind,
        is_key: false,
        is_zero_left_out: false,
    };
    Schema {
        name: TIME.to_owned(),
        fields: vec![
            field("scheduledFor", Kind::Instant),
            field("date", Kind::Date),
            field("minute", Kind::Number),
        ],
    }
}

fn described(pool: &DescriptorPool) -> Vec<Schema> {
    let event = pool.get_extension_by_name("pfms.types.v1.event");
    let format = pool.get_extension_by_name("pfms.types.v1.format");
    let (Some(event), Some(format)) = (event, format) else {
        tracing::error!("the descriptor of the mesh's messages lacks its options");
        return Vec::new();
    };
    let messages = pool
        .all_messages()
        .filter_map(|message| schema(&message, &event, &format));
    messages.collect()
}

fn schema(
    message: &MessageDescriptor,
    event: &ExtensionDescriptor,
    format: &ExtensionDescriptor,
) -> Option<Schema> {
    let options = message.options();
    if !options.has_extension(event) {
        return None;
    }
    let value = options.get_extension(event);
    let said = value.as_message()?;
    if !flag(said, "triggers_rules") {
        return None;
    }
    let name = said.get_field_by_name("name")?.as_str()?.to_owned();
    let mut fields = Vec::new();
    collect(&mut fields, message, "", format, 1);
    // The user is the rule's owner.
    fields.retain(|field| field.name != "userId");
    // The first id tells the event's subject from all others, so that no rule is looked up by it.
    let subject = fields.iter().position(|field| field.kind == Kind::Id);
    if let Some(field) = subject.and_then(|subject| fields.get_mut(subject)) {
        field.is_key = false;
    }
    Some(Schema { name, fields })
}

fn flag(message: &DynamicMessage, field: &str) -> bool {
    let value = message.get_field_by_name(field);
    value.and_then(|value| value.as_bool()).unwrap_or_default()
}

fn collect(
    fields: &mut Vec<Field>,
    message: &MessageDescriptor,
    prefix: &str,
    format: &ExtensionDescriptor,
    depth: usize,
) {
    for field in message.fields() {
        let name = format!("{prefix}{}", field.json_name());
        match kind(&field, format) {
            Some(kind) => {
                let is_text = matches!(kind, Kind::Text | Kind::Texts | Kind::Id);
                fields.push(Field {
                    // What something was for is written anew each time, and rarely compared as a whole.
                    is_key: is_text && field.name() != "description",
                    is_zero_left_out: kind == Kind::Number && field.kind() != ProtoKind::String,
                    name,
                    kind,
                });
            }
            None => {
                if let ProtoKind::Message(inner) = field.kind()
                    && !field.is_list()
                    && !field.is_map()
                    && depth < MAX_DEPTH
                {
                    collect(fields, &inner, &format!("{name}."), format, depth + 1);
                }
            }
        }
    }
}

/// What a field holds; nothing for lists of objects, maps and bytes, which cannot be compared, and for other objects,
/// whose fields can.
fn kind(field: &FieldDescriptor, format: &ExtensionDescriptor) -> Option<Kind> {
    if field.is_map() {
        return None;
    }
    if field.is_list() {
        return matches!(field.kind(), ProtoKind::String).then_some(Kind::Texts);
    }
    match field.kind() {
        ProtoKind::String => {
            let options = field.options();
            let number = options.get_extension(format).as_enum_number();
            Some(match number.unwrap_or_default() {
                1 => Kind::Date,
                2 => Kind::Id,
                3 => Kind::Number,
                _ => Kind::Text,
            })
        }
        ProtoKind::Enum(_) => Some(Kind::Text),
        ProtoKind::Bool => Some(Kind::Flag),
        ProtoKind::Int32
        | ProtoKind::Int64
        | ProtoKind::Uint32
        | ProtoKind::Uint64
        | ProtoKind::Sint32
        | ProtoKind::Sint64
        | ProtoKind::Fixed32
        | ProtoKind::Fixed64
        | ProtoKind::Sfixed32
        | ProtoKind::Sfixed64
        | ProtoKind::Double
        | ProtoKind::Float => Some(Kind::Number),
        ProtoKind::Message(message) => match message.full_name() {
            "pfms.types.v1.Money" => Some(Kind::Money),
            "google.protobuf.Timestamp" => Some(Kind::Instant),
            "google.protobuf.Struct" => Some(Kind::Open),
            _ => None,
        },
        ProtoKind::Bytes => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(name: &str) -> Vec<(&'static str, Kind, bool)> {
        let fields = Schema::find(name).unwrap().fields().iter();
        fields
            .map(|field| (field.name.as_str(), field.kind, field.is_key))
            .collect()
    }

    #[test]
    fn fields_are_typed_from_the_descriptor() {
        assert_eq!(
            kinds("expense.created"),
            [
                ("expenseId", Kind::Id, false),
                ("amount", Kind::Money, false),
                ("category", Kind::Text, true),
                ("categoryId", Kind::Id, true),
                ("description", Kind::Text, false),
                ("merchant", Kind::Text, true),
                ("date", Kind::Date, false),
                ("tags", Kind::Texts, true),
            ]
        );
        let investment = kinds("investment.transaction");
        assert!(investment.contains(&("quantity", Kind::Number, false)));
        assert!(investment.contains(&("realisedGain", Kind::Money, false)));
        assert_eq!(
            kinds(TRIGGER),
            [("topic", Kind::Text, true), ("data", Kind::Open, false)]
        );
        assert_eq!(kinds(TIME)[1], ("date", Kind::Date, false));
    }

    struct Known(usize);

    impl pfms_proto::event::EventVisitor for Known {
        fn visit<D: pfms_proto::event::EventData>(&mut self) {
            assert!(Schema::find(D::NAME).is_some(), "{}", D::NAME);
            self.0 += 1;
        }
    }

    #[test]
    fn only_events_that_may_trigger_rules_are_known() {
        assert!(Schema::find("income.received").is_some());
        assert_eq!(Schema::find("user.deleted"), None);
        assert_eq!(Schema::find("notification.send"), None);
        let names: Vec<_> = Schema::all().iter().map(Schema::name).collect();
        assert!(names.is_sorted());
        // Every one of them is described, so that the consumer which is bound to all of them understands each.
        let mut known = Known(0);
        pfms_proto::visit_triggers(&mut known);
        assert_eq!(known.0 + 1, names.len());
    }

    #[test]
    fn members_of_an_open_object_have_places() {
        let schema = Schema::find(TRIGGER).unwrap();
        let place = Place::Member(1, "level.one".to_owned());
        assert_eq!(schema.place("data.level.one"), Some((place, Kind::Open)));
        for name in ["data", "data.", "topic.x", "userId", "other"] {
            assert_eq!(schema.place(name), None, "{name}");
        }
    }
}
