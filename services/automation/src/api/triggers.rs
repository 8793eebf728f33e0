//! What rules can listen to.

use pfms_proto::automation::v1 as wire;

use crate::condition::allowed;
use crate::schema::{Field, Kind, Schema};

/// Everything that rules can listen to, with the fields that they can compare.
pub fn list() -> wire::ListTriggersResponse {
    let triggers = Schema::all().iter().map(|schema| wire::TriggerSchema {
        event: schema.name().to_owned(),
        fields: schema.fields().iter().map(field).collect(),
    });
    wire::ListTriggersResponse {
        triggers: triggers.collect(),
    }
}

fn field(field: &Field) -> wire::TriggerField {
    let operators = allowed(field.kind)
        .iter()
        .map(|(operator, operands)| wire::AllowedOperator {
            operator: (*operator).into(),
            operands: operands.iter().map(|&operand| operand.to_owned()).collect(),
        });
    wire::TriggerField {
        name: match field.kind {
            Kind::Open => format!("{}.*", field.name),
            _ => field.name.clone(),
        },
        r#type: field.kind.wire().into(),
        operators: operators.collect(),
    }
}
