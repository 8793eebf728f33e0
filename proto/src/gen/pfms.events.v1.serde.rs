impl serde::Serialize for AuditRecorded {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.user_id.is_empty() {
            len += 1;
        }
        if !self.actor.is_empty() {
            len += 1;
        }
        if !self.action.is_empty() {
            len += 1;
        }
        if !self.target.is_empty() {
            len += 1;
        }
        if self.succeeded {
            len += 1;
        }
        if !self.ip_address.is_empty() {
            len += 1;
        }
        if !self.user_agent.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("pfms.events.v1.AuditRecorded", len)?;
        if !self.user_id.is_empty() {
            struct_ser.serialize_field("userId", &self.user_id)?;
        }
        if !self.actor.is_empty() {
            struct_ser.serialize_field("actor", &self.actor)?;
        }
        if !self.action.is_empty() {
            struct_ser.serialize_field("action", &self.action)?;
        }
        if !self.target.is_empty() {
            struct_ser.serialize_field("target", &self.target)?;
        }
        if self.succeeded {
            struct_ser.serialize_field("succeeded", &self.succeeded)?;
        }
        if !self.ip_address.is_empty() {
            struct_ser.serialize_field("ipAddress", &self.ip_address)?;
        }
        if !self.user_agent.is_empty() {
            struct_ser.serialize_field("userAgent", &self.user_agent)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for AuditRecorded {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "user_id",
            "userId",
            "actor",
            "action",
            "target",
            "succeeded",
            "ip_address",
            "ipAddress",
            "user_agent",
            "userAgent",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            UserId,
            Actor,
            Action,
            Target,
            Succeeded,
            IpAddress,
            UserAgent,
            __SkipField__,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "userId" | "user_id" => Ok(GeneratedField::UserId),
                            "actor" => Ok(GeneratedField::Actor),
                            "action" => Ok(GeneratedField::Action),
                            "target" => Ok(GeneratedField::Target),
                            "succeeded" => Ok(GeneratedField::Succeeded),
                            "ipAddress" | "ip_address" => Ok(GeneratedField::IpAddress),
                            "userAgent" | "user_agent" => Ok(GeneratedField::UserAgent),
                            _ => Ok(GeneratedField::__SkipField__),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = AuditRecorded;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct pfms.events.v1.AuditRecorded")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<AuditRecorded, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut user_id__ = None;
                let mut actor__ = None;
                let mut action__ = None;
                let mut target__ = None;
                let mut succeeded__ = None;
                let mut ip_address__ = None;
                let mut user_agent__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::UserId => {
                            if user_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("userId"));
                            }
                            user_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Actor => {
                            if actor__.is_some() {
                                return Err(serde::de::Error::duplicate_field("actor"));
                            }
                            actor__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Action => {
                            if action__.is_some() {
                                return Err(serde::de::Error::duplicate_field("action"));
                            }
                            action__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Target => {
                            if target__.is_some() {
                                return Err(serde::de::Error::duplicate_field("target"));
                            }
                            target__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Succeeded => {
                            if succeeded__.is_some() {
                                return Err(serde::de::Error::duplicate_field("succeeded"));
                            }
                            succeeded__ = Some(map_.next_value()?);
                        }
                        GeneratedField::IpAddress => {
                            if ip_address__.is_some() {
                                return Err(serde::de::Error::duplicate_field("ipAddress"));
                            }
                            ip_address__ = Some(map_.next_value()?);
                        }
                        GeneratedField::UserAgent => {
                            if user_agent__.is_some() {
                                return Err(serde::de::Error::duplicate_field("userAgent"));
                            }
                            user_agent__ = Some(map_.next_value()?);
                        }
                        GeneratedField::__SkipField__ => {
                            let _ = map_.next_value::<serde::de::IgnoredAny>()?;
                        }
                    }
                }
                Ok(AuditRecorded {
                    user_id: user_id__.unwrap_or_default(),
                    actor: actor__.unwrap_or_default(),
                    action: action__.unwrap_or_default(),
                    target: target__.unwrap_or_default(),
                    succeeded: succeeded__.unwrap_or_default(),
                    ip_address: ip_address__.unwrap_or_default(),
                    user_agent: user_agent__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("pfms.events.v1.AuditRecorded", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for AutomationTrigger {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.user_id.is_empty() {
            len += 1;
        }
        if !self.topic.is_empty() {
            len += 1;
        }
        if self.data.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("pfms.events.v1.AutomationTrigger", len)?;
        if !self.user_id.is_empty() {
            struct_ser.serialize_field("userId", &self.user_id)?;
        }
        if !self.topic.is_empty() {
            struct_ser.serialize_field("topic", &self.topic)?;
        }
        if let Some(v) = self.data.as_ref() {
            struct_ser.serialize_field("data", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for AutomationTrigger {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "user_id",
            "userId",
            "topic",
            "data",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            UserId,
            Topic,
            Data,
            __SkipField__,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "userId" | "user_id" => Ok(GeneratedField::UserId),
                            "topic" => Ok(GeneratedField::Topic),
                            "data" => Ok(GeneratedField::Data),
                            _ => Ok(GeneratedField::__SkipField__),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = AutomationTrigger;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct pfms.events.v1.AutomationTrigger")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<AutomationTrigger, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut user_id__ = None;
                let mut topic__ = None;
                let mut data__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::UserId => {
                            if user_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("userId"));
                            }
                            user_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Topic => {
                            if topic__.is_some() {
                                return Err(serde::de::Error::duplicate_field("topic"));
                            }
                            topic__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Data => {
                            if data__.is_some() {
                                return Err(serde::de::Error::duplicate_field("data"));
                            }
                            data__ = map_.next_value()?;
                        }
                        GeneratedField::__SkipField__ => {
                            let _ = map_.next_value::<serde::de::IgnoredAny>()?;
                        }
                    }
                }
                Ok(AutomationTrigger {
                    user_id: user_id__.unwrap_or_default(),
                    topic: topic__.unwrap_or_default(),
                    data: data__,
                })
            }
        }
        deserializer.deserialize_struct("pfms.events.v1.AutomationTrigger", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for Event {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.id.is_empty() {
            len += 1;
        }
        if !self.event.is_empty() {
            len += 1;
        }
        if self.occurred_at.is_some() {
            len += 1;
        }
        if !self.user_id.is_empty() {
            len += 1;
        }
        if self.data.is_some() {
            len += 1;
        }
        if !self.rule_chain.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("pfms.events.v1.Event", len)?;
        if !self.id.is_empty() {
            struct_ser.serialize_field("id", &self.id)?;
        }
        if !self.event.is_empty() {
            struct_ser.serialize_field("event", &self.event)?;
        }
        if let Some(v) = self.occurred_at.as_ref() {
            struct_ser.serialize_field("occurredAt", v)?;
        }
        if !self.user_id.is_empty() {
            struct_ser.serialize_field("userId", &self.user_id)?;
        }
        if let Some(v) = self.data.as_ref() {
            struct_ser.serialize_field("data", v)?;
        }
        if !self.rule_chain.is_empty() {
            struct_ser.serialize_field("ruleChain", &self.rule_chain)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Event {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "id",
            "event",
            "occurred_at",
            "occurredAt",
            "user_id",
            "userId",
            "data",
            "rule_chain",
            "ruleChain",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Id,
            Event,
            OccurredAt,
            UserId,
            Data,
            RuleChain,
            __SkipField__,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "id" => Ok(GeneratedField::Id),
                            "event" => Ok(GeneratedField::Event),
                            "occurredAt" | "occurred_at" => Ok(GeneratedField::OccurredAt),
                            "userId" | "user_id" => Ok(GeneratedField::UserId),
                            "data" => Ok(GeneratedField::Data),
                            "ruleChain" | "rule_chain" => Ok(GeneratedField::RuleChain),
                            _ => Ok(GeneratedField::__SkipField__),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Event;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct pfms.events.v1.Event")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Event, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut id__ = None;
                let mut event__ = None;
                let mut occurred_at__ = None;
                let mut user_id__ = None;
                let mut data__ = None;
                let mut rule_chain__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Id => {
                            if id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("id"));
                            }
                            id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Event => {
                            if event__.is_some() {
                                return Err(serde::de::Error::duplicate_field("event"));
                            }
                            event__ = Some(map_.next_value()?);
                        }
                        GeneratedField::OccurredAt => {
                            if occurred_at__.is_some() {
                                return Err(serde::de::Error::duplicate_field("occurredAt"));
                            }
                            occurred_at__ = map_.next_value()?;
                        }
                        GeneratedField::UserId => {
                            if user_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("userId"));
                            }
                            user_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Data => {
                            if data__.is_some() {
                                return Err(serde::de::Error::duplicate_field("data"));
                            }
                            data__ = map_.next_value()?;
                        }
                        GeneratedField::RuleChain => {
                            if rule_chain__.is_some() {
                                return Err(serde::de::Error::duplicate_field("ruleChain"));
                            }
                            rule_chain__ = Some(map_.next_value()?);
                        }
                        GeneratedField::__SkipField__ => {
                            let _ = map_.next_value::<serde::de::IgnoredAny>()?;
                        }
                    }
                }
                Ok(Event {
                    id: id__.unwrap_or_default(),
                    event: event__.unwrap_or_default(),
                    occurred_at: occurred_at__,
                    user_id: user_id__.unwrap_or_default(),
                    data: data__,
                    rule_chain: rule_chain__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("pfms.events.v1.Event", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for ExpenseCreated {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.user_id.is_empty() {
            len += 1;
        }
        if !self.expense_id.is_empty() {
            len += 1;
        }
        if self.amount.is_some() {
            len += 1;
        }
        if !self.category.is_empty() {
            len += 1;
        }
        if !self.category_id.is_empty() {
            len += 1;
        }
        if !self.description.is_empty() {
            len += 1;
        }
        if !self.merchant.is_empty() {
            len += 1;
        }
        if !self.date.is_empty() {
            len += 1;
        }
        if !self.tags.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("pfms.events.v1.ExpenseCreated", len)?;
        if !self.user_id.is_empty() {
            struct_ser.serialize_field("userId", &self.user_id)?;
        }
        if !self.expense_id.is_empty() {
            struct_ser.serialize_field("expenseId", &self.expense_id)?;
        }
        if let Some(v) = self.amount.as_ref() {
            struct_ser.serialize_field("amount", v)?;
        }
        if !self.category.is_empty() {
            struct_ser.serialize_field("category", &self.category)?;
        }
        if !self.category_id.is_empty() {
            struct_ser.serialize_field("categoryId", &self.category_id)?;
        }
        if !self.description.is_empty() {
            struct_ser.serialize_field("description", &self.description)?;
        }
        if !self.merchant.is_empty() {
            struct_ser.serialize_field("merchant", &self.merchant)?;
        }
        if !self.date.is_empty() {
            struct_ser.serialize_field("date", &self.date)?;
        }
        if !self.tags.is_empty() {
            struct_ser.serialize_field("tags", &self.tags)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for ExpenseCreated {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "user_id",
            "userId",
            "expense_id",
            "expenseId",
            "amount",
            "category",
            "category_id",
            "categoryId",
            "description",
            "merchant",
            "date",
            "tags",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            UserId,
            ExpenseId,
            Amount,
            Category,
            CategoryId,
            Description,
            Merchant,
            Date,
            Tags,
            __SkipField__,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "userId" | "user_id" => Ok(GeneratedField::UserId),
                            "expenseId" | "expense_id" => Ok(GeneratedField::ExpenseId),
                            "amount" => Ok(GeneratedField::Amount),
                            "category" => Ok(GeneratedField::Category),
                            "categoryId" | "category_id" => Ok(GeneratedField::CategoryId),
                            "description" => Ok(GeneratedField::Description),
                            "merchant" => Ok(GeneratedField::Merchant),
                            "date" => Ok(GeneratedField::Date),
                            "tags" => Ok(GeneratedField::Tags),
                            _ => Ok(GeneratedField::__SkipField__),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = ExpenseCreated;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct pfms.events.v1.ExpenseCreated")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<ExpenseCreated, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut user_id__ = None;
                let mut expense_id__ = None;
                let mut amount__ = None;
                let mut category__ = None;
                let mut category_id__ = None;
                let mut description__ = None;
                let mut merchant__ = None;
                let mut date__ = None;
                let mut tags__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::UserId => {
                            if user_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("userId"));
                            }
                            user_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::ExpenseId => {
                            if expense_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("expenseId"));
                            }
                            expense_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Amount => {
                            if amount__.is_some() {
                                return Err(serde::de::Error::duplicate_field("amount"));
                            }
                            amount__ = map_.next_value()?;
                        }
                        GeneratedField::Category => {
                            if category__.is_some() {
                                return Err(serde::de::Error::duplicate_field("category"));
                            }
                            category__ = Some(map_.next_value()?);
                        }
                        GeneratedField::CategoryId => {
                            if category_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("categoryId"));
                            }
                            category_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Description => {
                            if description__.is_some() {
                                return Err(serde::de::Error::duplicate_field("description"));
                            }
                            description__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Merchant => {
                            if merchant__.is_some() {
                                return Err(serde::de::Error::duplicate_field("merchant"));
                            }
                            merchant__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Date => {
                            if date__.is_some() {
                                return Err(serde::de::Error::duplicate_field("date"));
                            }
                            date__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Tags => {
                            if tags__.is_some() {
                                return Err(serde::de::Error::duplicate_field("tags"));
                            }
                            tags__ = Some(map_.next_value()?);
                        }
                        GeneratedField::__SkipField__ => {
                            let _ = map_.next_value::<serde::de::IgnoredAny>()?;
                        }
                    }
                }
                Ok(ExpenseCreated {
                    user_id: user_id__.unwrap_or_default(),
                    expense_id: expense_id__.unwrap_or_default(),
                    amount: amount__,
                    category: category__.unwrap_or_default(),
                    category_id: category_id__.unwrap_or_default(),
                    description: description__.unwrap_or_default(),
                    merchant: merchant__.unwrap_or_default(),
                    date: date__.unwrap_or_default(),
                    tags: tags__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("pfms.events.v1.ExpenseCreated", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for ExpenseDeleted {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.user_id.is_empty() {
            len += 1;
        }
        if !self.expense_id.is_empty() {
            len += 1;
        }
        if self.amount.is_some() {
            len += 1;
        }
        if !self.category.is_empty() {
            len += 1;
        }
        if !self.category_id.is_empty() {
            len += 1;
        }
        if !self.description.is_empty() {
            len += 1;
        }
        if !self.merchant.is_empty() {
            len += 1;
        }
        if !self.date.is_empty() {
            len += 1;
        }
        if !self.tags.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("pfms.events.v1.ExpenseDeleted", len)?;
        if !self.user_id.is_empty() {
            struct_ser.serialize_field("userId", &self.user_id)?;
        }
        if !self.expense_id.is_empty() {
            struct_ser.serialize_field("expenseId", &self.expense_id)?;
        }
        if let Some(v) = self.amount.as_ref() {
            struct_ser.serialize_field("amount", v)?;
        }
        if !self.category.is_empty() {
            struct_ser.serialize_field("category", &self.category)?;
        }
        if !self.category_id.is_empty() {
            struct_ser.serialize_field("categoryId", &self.category_id)?;
        }
        if !self.description.is_empty() {
            struct_ser.serialize_field("description", &self.description)?;
        }
        if !self.merchant.is_empty() {
            struct_ser.serialize_field("merchant", &self.merchant)?;
        }
        if !self.date.is_empty() {
            struct_ser.serialize_field("date", &self.date)?;
        }
        if !self.tags.is_empty() {
            struct_ser.serialize_field("tags", &self.tags)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for ExpenseDeleted {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "user_id",
            "userId",
            "expense_id",
            "expenseId",
            "amount",
            "category",
            "category_id",
            "categoryId",
            "description",
            "merchant",
            "date",
            "tags",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            UserId,
            ExpenseId,
            Amount,
            Category,
            CategoryId,
            Description,
            Merchant,
            Date,
            Tags,
            __SkipField__,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "userId" | "user_id" => Ok(GeneratedField::UserId),
                            "expenseId" | "expense_id" => Ok(GeneratedField::ExpenseId),
                            "amount" => Ok(GeneratedField::Amount),
                            "category" => Ok(GeneratedField::Category),
                            "categoryId" | "category_id" => Ok(GeneratedField::CategoryId),
                            "description" => Ok(GeneratedField::Description),
                            "merchant" => Ok(GeneratedField::Merchant),
                            "date" => Ok(GeneratedField::Date),
                            "tags" => Ok(GeneratedField::Tags),
                            _ => Ok(GeneratedField::__SkipField__),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = ExpenseDeleted;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct pfms.events.v1.ExpenseDeleted")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<ExpenseDeleted, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut user_id__ = None;
                let mut expense_id__ = None;
                let mut amount__ = None;
                let mut category__ = None;
                let mut category_id__ = None;
                let mut description__ = None;
                let mut merchant__ = None;
                let mut date__ = None;
                let mut tags__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::UserId => {
                            if user_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("userId"));
                            }
                            user_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::ExpenseId => {
                            if expense_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("expenseId"));
                            }
                            expense_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Amount => {
                            if amount__.is_some() {
                                return Err(serde::de::Error::duplicate_field("amount"));
                            }
                            amount__ = map_.next_value()?;
                        }
                        GeneratedField::Category => {
                            if category__.is_some() {
                                return Err(serde::de::Error::duplicate_field("category"));
                            }
                            category__ = Some(map_.next_value()?);
                        }
                        GeneratedField::CategoryId => {
                            if category_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("categoryId"));
                            }
                            category_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Description => {
                            if description__.is_some() {
                                return Err(serde::de::Error::duplicate_field("description"));
                            }
                            description__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Merchant => {
                            if merchant__.is_some() {
                                return Err(serde::de::Error::duplicate_field("merchant"));
                            }
                            merchant__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Date => {
                            if date__.is_some() {
                                return Err(serde::de::Error::duplicate_field("date"));
                            }
                            date__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Tags => {
                            if tags__.is_some() {
                                return Err(serde::de::Error::duplicate_field("tags"));
                            }
                            tags__ = Some(map_.next_value()?);
                        }
                        GeneratedField::__SkipField__ => {
                            let _ = map_.next_value::<serde::de::IgnoredAny>()?;
                        }
                    }
                }
                Ok(ExpenseDeleted {
                    user_id: user_id__.unwrap_or_default(),
                    expense_id: expense_id__.unwrap_or_default(),
                    amount: amount__,
                    category: category__.unwrap_or_default(),
                    category_id: category_id__.unwrap_or_default(),
                    description: description__.unwrap_or_default(),
                    merchant: merchant__.unwrap_or_default(),
                    date: date__.unwrap_or_default(),
                    tags: tags__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("pfms.events.v1.ExpenseDeleted", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for ExpenseUpdated {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.user_id.is_empty() {
            len += 1;
        }
        if !self.expense_id.is_empty() {
            len += 1;
        }
        if self.amount.is_some() {
            len += 1;
        }
        if !self.category.is_empty() {
            len += 1;
        }
        if !self.category_id.is_empty() {
            len += 1;
        }
        if !self.description.is_empty() {
            len += 1;
        }
        if !self.merchant.is_empty() {
            len += 1;
        }
        if !self.date.is_empty() {
            len += 1;
        }
        if !self.tags.is_empty() {
            len += 1;
        }
        if self.previous_amount.is_some() {
            len += 1;
        }
        if !self.previous_date.is_empty() {
            len += 1;
        }
        if !self.previous_category_id.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("pfms.events.v1.ExpenseUpdated", len)?;
        if !self.user_id.is_empty() {
            struct_ser.serialize_field("userId", &self.user_id)?;
        }
        if !self.expense_id.is_empty() {
            struct_ser.serialize_field("expenseId", &self.expense_id)?;
        }
        if let Some(v) = self.amount.as_ref() {
            struct_ser.serialize_field("amount", v)?;
        }
        if !self.category.is_empty() {
            struct_ser.serialize_field("category", &self.category)?;
        }
        if !self.category_id.is_empty() {
            struct_ser.serialize_field("categoryId", &self.category_id)?;
        }
        if !self.description.is_empty() {
            struct_ser.serialize_field("description", &self.description)?;
        }
        if !self.merchant.is_empty() {
            struct_ser.serialize_field("merchant", &self.merchant)?;
        }
        if !self.date.is_empty() {
            struct_ser.serialize_field("date", &self.date)?;
        }
        if !self.tags.is_empty() {
            struct_ser.serialize_field("tags", &self.tags)?;
        }
        if let Some(v) = self.previous_amount.as_ref() {
            struct_ser.serialize_field("previousAmount", v)?;
        }
        if !self.previous_date.is_empty() {
            struct_ser.serialize_field("previousDate", &self.previous_date)?;
        }
        if !self.previous_category_id.is_empty() {
            struct_ser.serialize_field("previousCategoryId", &self.previous_category_id)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for ExpenseUpdated {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "user_id",
            "userId",
            "expense_id",
            "expenseId",
            "amount",
            "category",
            "category_id",
            "categoryId",
            "description",
            "merchant",
            "date",
            "tags",
            "previous_amount",
            "previousAmount",
            "previous_date",
            "previousDate",
            "previous_category_id",
            "previousCategoryId",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            UserId,
            ExpenseId,
            Amount,
            Category,
            CategoryId,
            Description,
            Merchant,
            Date,
            Tags,
            PreviousAmount,
            PreviousDate,
            PreviousCategoryId,
            __SkipField__,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "userId" | "user_id" => Ok(GeneratedField::UserId),
                            "expenseId" | "expense_id" => Ok(GeneratedField::ExpenseId),
                            "amount" => Ok(GeneratedField::Amount),
                            "category" => Ok(GeneratedField::Category),
                            "categoryId" | "category_id" => Ok(GeneratedField::CategoryId),
                            "description" => Ok(GeneratedField::Description),
                            "merchant" => Ok(GeneratedField::Merchant),
                            "date" => Ok(GeneratedField::Date),
                            "tags" => Ok(GeneratedField::Tags),
                            "previousAmount" | "previous_amount" => Ok(GeneratedField::PreviousAmount),
                            "previousDate" | "previous_date" => Ok(GeneratedField::PreviousDate),
                            "previousCategoryId" | "previous_category_id" => Ok(GeneratedField::PreviousCategoryId),
                            _ => Ok(GeneratedField::__SkipField__),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = ExpenseUpdated;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct pfms.events.v1.ExpenseUpdated")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<ExpenseUpdated, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut user_id__ = None;
                let mut expense_id__ = None;
                let mut amount__ = None;
                let mut category__ = None;
                let mut category_id__ = None;
                let mut description__ = None;
                let mut merchant__ = None;
                let mut date__ = None;
                let mut tags__ = None;
                let mut previous_amount__ = None;
                let mut previous_date__ = None;
                let mut previous_category_id__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::UserId => {
                            if user_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("userId"));
                            }
                            user_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::ExpenseId => {
                            if expense_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("expenseId"));
                            }
                            expense_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Amount => {
                            if amount__.is_some() {
                                return Err(serde::de::Error::duplicate_field("amount"));
                            }
                            amount__ = map_.next_value()?;
                        }
                        GeneratedField::Category => {
                            if category__.is_some() {
                                return Err(serde::de::Error::duplicate_field("category"));
                            }
                            category__ = Some(map_.next_value()?);
                        }
                        GeneratedField::CategoryId => {
                            if category_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("categoryId"));
                            }
                            category_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Description => {
                            if description__.is_some() {
                                return Err(serde::de::Error::duplicate_field("description"));
                            }
                            description__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Merchant => {
                            if merchant__.is_some() {
                                return Err(serde::de::Error::duplicate_field("merchant"));
                            }
                            merchant__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Date => {
                            if date__.is_some() {
                                return Err(serde::de::Error::duplicate_field("date"));
                            }
                            date__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Tags => {
                            if tags__.is_some() {
                                return Err(serde::de::Error::duplicate_field("tags"));
                            }
                            tags__ = Some(map_.next_value()?);
                        }
                        GeneratedField::PreviousAmount => {
                            if previous_amount__.is_some() {
                                return Err(serde::de::Error::duplicate_field("previousAmount"));
                            }
                            previous_amount__ = map_.next_value()?;
                        }
                        GeneratedField::PreviousDate => {
                            if previous_date__.is_some() {
                                return Err(serde::de::Error::duplicate_field("previousDate"));
                            }
                            previous_date__ = Some(map_.next_value()?);
                        }
                        GeneratedField::PreviousCategoryId => {
                            if previous_category_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("previousCategoryId"));
                            }
                            previous_category_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::__SkipField__ => {
                            let _ = map_.next_value::<serde::de::IgnoredAny>()?;
                        }
                    }
                }
                Ok(ExpenseUpdated {
                    user_id: user_id__.unwrap_or_default(),
                    expense_id: expense_id__.unwrap_or_default(),
                    amount: amount__,
                    category: category__.unwrap_or_default(),
                    category_id: category_id__.unwrap_or_default(),
                    description: description__.unwrap_or_default(),
                    merchant: merchant__.unwrap_or_default(),
                    date: date__.unwrap_or_default(),
                    tags: tags__.unwrap_or_default(),
                    previous_amount: previous_amount__,
                    previous_date: previous_date__.unwrap_or_default(),
                    previous_category_id: previous_category_id__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("pfms.events.v1.ExpenseUpdated", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for GroupExpenseCreated {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.user_id.is_empty() {
            len += 1;
        }
        if !self.group_expense_id.is_empty() {
            len += 1;
        }
        if !self.group_id.is_empty() {
            len += 1;
        }
        if !self.paid_by.is_empty() {
            len += 1;
        }
        if self.amount.is_some() {
            len += 1;
        }
        if self.share.is_some() {
            len += 1;
        }
        if !self.description.is_empty() {
            len += 1;
        }
        if !self.category.is_empty() {
            len += 1;
        }
        if !self.date.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("pfms.events.v1.GroupExpenseCreated", len)?;
        if !self.user_id.is_empty() {
            struct_ser.serialize_field("userId", &self.user_id)?;
        }
        if !self.group_expense_id.is_empty() {
            struct_ser.serialize_field("groupExpenseId", &self.group_expense_id)?;
        }
        if !self.group_id.is_empty() {
            struct_ser.serialize_field("groupId", &self.group_id)?;
        }
        if !self.paid_by.is_empty() {
            struct_ser.serialize_field("paidBy", &self.paid_by)?;
        }
        if let Some(v) = self.amount.as_ref() {
            struct_ser.serialize_field("amount", v)?;
        }
        if let Some(v) = self.share.as_ref() {
            struct_ser.serialize_field("share", v)?;
        }
        if !self.description.is_empty() {
            struct_ser.serialize_field("description", &self.description)?;
        }
        if !self.category.is_empty() {
            struct_ser.serialize_field("category", &self.category)?;
        }
        if !self.date.is_empty() {
            struct_ser.serialize_field("date", &self.date)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for GroupExpenseCreated {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "user_id",
            "userId",
            "group_expense_id",
            "groupExpenseId",
            "group_id",
            "groupId",
            "paid_by",
            "paidBy",
            "amount",
            "share",
            "description",
            "category",
            "date",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            UserId,
            GroupExpenseId,
            GroupId,
            PaidBy,
            Amount,
            Share,
            Description,
            Category,
            Date,
            __SkipField__,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "userId" | "user_id" => Ok(GeneratedField::UserId),
                            "groupExpenseId" | "group_expense_id" => Ok(GeneratedField::GroupExpenseId),
                            "groupId" | "group_id" => Ok(GeneratedField::GroupId),
                            "paidBy" | "paid_by" => Ok(GeneratedField::PaidBy),
                            "amount" => Ok(GeneratedField::Amount),
                            "share" => Ok(GeneratedField::Share),
                            "description" => Ok(GeneratedField::Description),
                            "category" => Ok(GeneratedField::Category),
                            "date" => Ok(GeneratedField::Date),
                            _ => Ok(GeneratedField::__SkipField__),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = GroupExpenseCreated;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct pfms.events.v1.GroupExpenseCreated")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<GroupExpenseCreated, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut user_id__ = None;
                let mut group_expense_id__ = None;
                let mut group_id__ = None;
                let mut paid_by__ = None;
                let mut amount__ = None;
                let mut share__ = None;
                let mut description__ = None;
                let mut category__ = None;
                let mut date__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::UserId => {
                            if user_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("userId"));
                            }
                            user_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::GroupExpenseId => {
                            if group_expense_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("groupExpenseId"));
                            }
                            group_expense_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::GroupId => {
                            if group_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("groupId"));
                            }
                            group_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::PaidBy => {
                            if paid_by__.is_some() {
                                return Err(serde::de::Error::duplicate_field("paidBy"));
                            }
                            paid_by__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Amount => {
                            if amount__.is_some() {
                                return Err(serde::de::Error::duplicate_field("amount"));
                            }
                            amount__ = map_.next_value()?;
                        }
                        GeneratedField::Share => {
                            if share__.is_some() {
                                return Err(serde::de::Error::duplicate_field("share"));
                            }
                            share__ = map_.next_value()?;
                        }
                        GeneratedField::Description => {
                            if description__.is_some() {
                                return Err(serde::de::Error::duplicate_field("description"));
                            }
                            description__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Category => {
                            if category__.is_some() {
                                return Err(serde::de::Error::duplicate_field("category"));
                            }
                            category__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Date => {
                            if date__.is_some() {
                                return Err(serde::de::Error::duplicate_field("date"));
                            }
                            date__ = Some(map_.next_value()?);
                        }
                        GeneratedField::__SkipField__ => {
                            let _ = map_.next_value::<serde::de::IgnoredAny>()?;
                        }
                    }
                }
                Ok(GroupExpenseCreated {
                    user_id: user_id__.unwrap_or_default(),
                    group_expense_id: group_expense_id__.unwrap_or_default(),
                    group_id: group_id__.unwrap_or_default(),
                    paid_by: paid_by__.unwrap_or_default(),
                    amount: amount__,
                    share: share__,
                    description: description__.unwrap_or_default(),
                    category: category__.unwrap_or_default(),
                    date: date__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("pfms.events.v1.GroupExpenseCreated", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for IncomeReceived {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.user_id.is_empty() {
            len += 1;
        }
        if !self.income_id.is_empty() {
            len += 1;
        }
        if !self.source_id.is_empty() {
            len += 1;
        }
        if !self.source.is_empty() {
            len += 1;
        }
        if !self.r#type.is_empty() {
            len += 1;
        }
        if self.amount.is_some() {
            len += 1;
        }
        if self.tax_deducted.is_some() {
            len += 1;
        }
        if !self.description.is_empty() {
            len += 1;
        }
        if !self.date.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("pfms.events.v1.IncomeReceived", len)?;
        if !self.user_id.is_empty() {
            struct_ser.serialize_field("userId", &self.user_id)?;
        }
        if !self.income_id.is_empty() {
            struct_ser.serialize_field("incomeId", &self.income_id)?;
        }
        if !self.source_id.is_empty() {
            struct_ser.serialize_field("sourceId", &self.source_id)?;
        }
        if !self.source.is_empty() {
            struct_ser.serialize_field("source", &self.source)?;
        }
        if !self.r#type.is_empty() {
            struct_ser.serialize_field("type", &self.r#type)?;
        }
        if let Some(v) = self.amount.as_ref() {
            struct_ser.serialize_field("amount", v)?;
        }
        if let Some(v) = self.tax_deducted.as_ref() {
            struct_ser.serialize_field("taxDeducted", v)?;
        }
        if !self.description.is_empty() {
            struct_ser.serialize_field("description", &self.description)?;
        }
        if !self.date.is_empty() {
            struct_ser.serialize_field("date", &self.date)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for IncomeReceived {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "user_id",
            "userId",
            "income_id",
            "incomeId",
            "source_id",
            "sourceId",
            "source",
            "type",
            "amount",
            "tax_deducted",
            "taxDeducted",
            "description",
            "date",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            UserId,
            IncomeId,
            SourceId,
            Source,
            Type,
            Amount,
            TaxDeducted,
            Description,
            Date,
            __SkipField__,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "userId" | "user_id" => Ok(GeneratedField::UserId),
                            "incomeId" | "income_id" => Ok(GeneratedField::IncomeId),
                            "sourceId" | "source_id" => Ok(GeneratedField::SourceId),
                            "source" => Ok(GeneratedField::Source),
                            "type" => Ok(GeneratedField::Type),
                            "amount" => Ok(GeneratedField::Amount),
                            "taxDeducted" | "tax_deducted" => Ok(GeneratedField::TaxDeducted),
                            "description" => Ok(GeneratedField::Description),
                            "date" => Ok(GeneratedField::Date),
                            _ => Ok(GeneratedField::__SkipField__),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = IncomeReceived;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct pfms.events.v1.IncomeReceived")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<IncomeReceived, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut user_id__ = None;
                let mut income_id__ = None;
                let mut source_id__ = None;
                let mut source__ = None;
                let mut r#type__ = None;
                let mut amount__ = None;
                let mut tax_deducted__ = None;
                let mut description__ = None;
                let mut date__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::UserId => {
                            if user_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("userId"));
                            }
                            user_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::IncomeId => {
                            if income_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("incomeId"));
                            }
                            income_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::SourceId => {
                            if source_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("sourceId"));
                            }
                            source_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Source => {
                            if source__.is_some() {
                                return Err(serde::de::Error::duplicate_field("source"));
                            }
                            source__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Type => {
                            if r#type__.is_some() {
                                return Err(serde::de::Error::duplicate_field("type"));
                            }
                            r#type__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Amount => {
                            if amount__.is_some() {
                                return Err(serde::de::Error::duplicate_field("amount"));
                            }
                            amount__ = map_.next_value()?;
                        }
                        GeneratedField::TaxDeducted => {
                            if tax_deducted__.is_some() {
                                return Err(serde::de::Error::duplicate_field("taxDeducted"));
                            }
                            tax_deducted__ = map_.next_value()?;
                        }
                        GeneratedField::Description => {
                            if description__.is_some() {
                                return Err(serde::de::Error::duplicate_field("description"));
                            }
                            description__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Date => {
                            if date__.is_some() {
                                return Err(serde::de::Error::duplicate_field("date"));
                            }
                            date__ = Some(map_.next_value()?);
                        }
                        GeneratedField::__SkipField__ => {
                            let _ = map_.next_value::<serde::de::IgnoredAny>()?;
                        }
                    }
                }
                Ok(IncomeReceived {
                    user_id: user_id__.unwrap_or_default(),
                    income_id: income_id__.unwrap_or_default(),
                    source_id: source_id__.unwrap_or_default(),
                    source: source__.unwrap_or_default(),
                    r#type: r#type__.unwrap_or_default(),
                    amount: amount__,
                    tax_deducted: tax_deducted__,
                    description: description__.unwrap_or_default(),
                    date: date__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("pfms.events.v1.IncomeReceived", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for InvestmentTransaction {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.user_id.is_empty() {
            len += 1;
        }
        if !self.transaction_id.is_empty() {
            len += 1;
        }
        if !self.asset_id.is_empty() {
            len += 1;
        }
        if !self.symbol.is_empty() {
            len += 1;
        }
        if !self.asset_type.is_empty() {
            len += 1;
        }
        if !self.r#type.is_empty() {
            len += 1;
        }
        if !self.quantity.is_empty() {
            len += 1;
        }
        if self.amount.is_some() {
            len += 1;
        }
        if self.tax.is_some() {
            len += 1;
        }
        if !self.date.is_empty() {
            len += 1;
        }
        if self.realised_gain.is_some() {
            len += 1;
        }
        if !self.acquired.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("pfms.events.v1.InvestmentTransaction", len)?;
        if !self.user_id.is_empty() {
            struct_ser.serialize_field("userId", &self.user_id)?;
        }
        if !self.transaction_id.is_empty() {
            struct_ser.serialize_field("transactionId", &self.transaction_id)?;
        }
        if !self.asset_id.is_empty() {
            struct_ser.serialize_field("assetId", &self.asset_id)?;
        }
        if !self.symbol.is_empty() {
            struct_ser.serialize_field("symbol", &self.symbol)?;
        }
        if !self.asset_type.is_empty() {
            struct_ser.serialize_field("assetType", &self.asset_type)?;
        }
        if !self.r#type.is_empty() {
            struct_ser.serialize_field("type", &self.r#type)?;
        }
        if !self.quantity.is_empty() {
            struct_ser.serialize_field("quantity", &self.quantity)?;
        }
        if let Some(v) = self.amount.as_ref() {
            struct_ser.serialize_field("amount", v)?;
        }
        if let Some(v) = self.tax.as_ref() {
            struct_ser.serialize_field("tax", v)?;
        }
        if !self.date.is_empty() {
            struct_ser.serialize_field("date", &self.date)?;
        }
        if let Some(v) = self.realised_gain.as_ref() {
            struct_ser.serialize_field("realisedGain", v)?;
        }
        if !self.acquired.is_empty() {
            struct_ser.serialize_field("acquired", &self.acquired)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for InvestmentTransaction {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "user_id",
            "userId",
            "transaction_id",
            "transactionId",
            "asset_id",
            "assetId",
            "symbol",
            "asset_type",
            "assetType",
            "type",
            "quantity",
            "amount",
            "tax",
            "date",
            "realised_gain",
            "realisedGain",
            "acquired",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            UserId,
            TransactionId,
            AssetId,
            Symbol,
            AssetType,
            Type,
            Quantity,
            Amount,
            Tax,
            Date,
            RealisedGain,
            Acquired,
            __SkipField__,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "userId" | "user_id" => Ok(GeneratedField::UserId),
                            "transactionId" | "transaction_id" => Ok(GeneratedField::TransactionId),
                            "assetId" | "asset_id" => Ok(GeneratedField::AssetId),
                            "symbol" => Ok(GeneratedField::Symbol),
                            "assetType" | "asset_type" => Ok(GeneratedField::AssetType),
                            "type" => Ok(GeneratedField::Type),
                            "quantity" => Ok(GeneratedField::Quantity),
                            "amount" => Ok(GeneratedField::Amount),
                            "tax" => Ok(GeneratedField::Tax),
                            "date" => Ok(GeneratedField::Date),
                            "realisedGain" | "realised_gain" => Ok(GeneratedField::RealisedGain),
                            "acquired" => Ok(GeneratedField::Acquired),
                            _ => Ok(GeneratedField::__SkipField__),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = InvestmentTransaction;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct pfms.events.v1.InvestmentTransaction")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<InvestmentTransaction, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut user_id__ = None;
                let mut transaction_id__ = None;
                let mut asset_id__ = None;
                let mut symbol__ = None;
                let mut asset_type__ = None;
                let mut r#type__ = None;
                let mut quantity__ = None;
                let mut amount__ = None;
                let mut tax__ = None;
                let mut date__ = None;
                let mut realised_gain__ = None;
                let mut acquired__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::UserId => {
                            if user_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("userId"));
                            }
                            user_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::TransactionId => {
                            if transaction_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("transactionId"));
                            }
                            transaction_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::AssetId => {
                            if asset_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("assetId"));
                            }
                            asset_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Symbol => {
                            if symbol__.is_some() {
                                return Err(serde::de::Error::duplicate_field("symbol"));
                            }
                            symbol__ = Some(map_.next_value()?);
                        }
                        GeneratedField::AssetType => {
                            if asset_type__.is_some() {
                                return Err(serde::de::Error::duplicate_field("assetType"));
                            }
                            asset_type__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Type => {
                            if r#type__.is_some() {
                                return Err(serde::de::Error::duplicate_field("type"));
                            }
                            r#type__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Quantity => {
                            if quantity__.is_some() {
                                return Err(serde::de::Error::duplicate_field("quantity"));
                            }
                            quantity__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Amount => {
                            if amount__.is_some() {
                                return Err(serde::de::Error::duplicate_field("amount"));
                            }
                            amount__ = map_.next_value()?;
                        }
                        GeneratedField::Tax => {
                            if tax__.is_some() {
                                return Err(serde::de::Error::duplicate_field("tax"));
                            }
                            tax__ = map_.next_value()?;
                        }
                        GeneratedField::Date => {
                            if date__.is_some() {
                                return Err(serde::de::Error::duplicate_field("date"));
                            }
                            date__ = Some(map_.next_value()?);
                        }
                        GeneratedField::RealisedGain => {
                            if realised_gain__.is_some() {
                                return Err(serde::de::Error::duplicate_field("realisedGain"));
                            }
                            realised_gain__ = map_.next_value()?;
                        }
                        GeneratedField::Acquired => {
                            if acquired__.is_some() {
                                return Err(serde::de::Error::duplicate_field("acquired"));
                            }
                            acquired__ = Some(map_.next_value()?);
                        }
                        GeneratedField::__SkipField__ => {
                            let _ = map_.next_value::<serde::de::IgnoredAny>()?;
                        }
                    }
                }
                Ok(InvestmentTransaction {
                    user_id: user_id__.unwrap_or_default(),
                    transaction_id: transaction_id__.unwrap_or_default(),
                    asset_id: asset_id__.unwrap_or_default(),
                    symbol: symbol__.unwrap_or_default(),
                    asset_type: asset_type__.unwrap_or_default(),
                    r#type: r#type__.unwrap_or_default(),
                    quantity: quantity__.unwrap_or_default(),
                    amount: amount__,
                    tax: tax__,
                    date: date__.unwrap_or_default(),
                    realised_gain: realised_gain__,
                    acquired: acquired__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("pfms.events.v1.InvestmentTransaction", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for LoanPayment {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.user_id.is_empty() {
            len += 1;
        }
        if !self.payment_id.is_empty() {
            len += 1;
        }
        if !self.loan_id.is_empty() {
            len += 1;
        }
        if self.amount.is_some() {
            len += 1;
        }
        if self.principal.is_some() {
            len += 1;
        }
        if self.interest.is_some() {
            len += 1;
        }
        if !self.date.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("pfms.events.v1.LoanPayment", len)?;
        if !self.user_id.is_empty() {
            struct_ser.serialize_field("userId", &self.user_id)?;
        }
        if !self.payment_id.is_empty() {
            struct_ser.serialize_field("paymentId", &self.payment_id)?;
        }
        if !self.loan_id.is_empty() {
            struct_ser.serialize_field("loanId", &self.loan_id)?;
        }
        if let Some(v) = self.amount.as_ref() {
            struct_ser.serialize_field("amount", v)?;
        }
        if let Some(v) = self.principal.as_ref() {
            struct_ser.serialize_field("principal", v)?;
        }
        if let Some(v) = self.interest.as_ref() {
            struct_ser.serialize_field("interest", v)?;
        }
        if !self.date.is_empty() {
            struct_ser.serialize_field("date", &self.date)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for LoanPayment {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "user_id",
            "userId",
            "payment_id",
            "paymentId",
            "loan_id",
            "loanId",
            "amount",
            "principal",
            "interest",
            "date",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            UserId,
            PaymentId,
            LoanId,
            Amount,
            Principal,
            Interest,
            Date,
            __SkipField__,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "userId" | "user_id" => Ok(GeneratedField::UserId),
                            "paymentId" | "payment_id" => Ok(GeneratedField::PaymentId),
                            "loanId" | "loan_id" => Ok(GeneratedField::LoanId),
                            "amount" => Ok(GeneratedField::Amount),
                            "principal" => Ok(GeneratedField::Principal),
                            "interest" => Ok(GeneratedField::Interest),
                            "date" => Ok(GeneratedField::Date),
                            _ => Ok(GeneratedField::__SkipField__),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = LoanPayment;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct pfms.events.v1.LoanPayment")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<LoanPayment, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut user_id__ = None;
                let mut payment_id__ = None;
                let mut loan_id__ = None;
                let mut amount__ = None;
                let mut principal__ = None;
                let mut interest__ = None;
                let mut date__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::UserId => {
                            if user_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("userId"));
                            }
                            user_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::PaymentId => {
                            if payment_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("paymentId"));
                            }
                            payment_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::LoanId => {
                            if loan_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("loanId"));
                            }
                            loan_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Amount => {
                            if amount__.is_some() {
                                return Err(serde::de::Error::duplicate_field("amount"));
                            }
                            amount__ = map_.next_value()?;
                        }
                        GeneratedField::Principal => {
                            if principal__.is_some() {
                                return Err(serde::de::Error::duplicate_field("principal"));
                            }
                            principal__ = map_.next_value()?;
                        }
                        GeneratedField::Interest => {
                            if interest__.is_some() {
                                return Err(serde::de::Error::duplicate_field("interest"));
                            }
                            interest__ = map_.next_value()?;
                        }
                        GeneratedField::Date => {
                            if date__.is_some() {
                                return Err(serde::de::Error::duplicate_field("date"));
                            }
                            date__ = Some(map_.next_value()?);
                        }
                        GeneratedField::__SkipField__ => {
                            let _ = map_.next_value::<serde::de::IgnoredAny>()?;
                        }
                    }
                }
                Ok(LoanPayment {
                    user_id: user_id__.unwrap_or_default(),
                    payment_id: payment_id__.unwrap_or_default(),
                    loan_id: loan_id__.unwrap_or_default(),
                    amount: amount__,
                    principal: principal__,
                    interest: interest__,
                    date: date__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("pfms.events.v1.LoanPayment", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for NotificationRoute {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.channel.is_empty() {
            len += 1;
        }
        if !self.category.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("pfms.events.v1.NotificationRoute", len)?;
        if !self.channel.is_empty() {
            struct_ser.serialize_field("channel", &self.channel)?;
        }
        if !self.category.is_empty() {
            struct_ser.serialize_field("category", &self.category)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for NotificationRoute {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "channel",
            "category",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Channel,
            Category,
            __SkipField__,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "channel" => Ok(GeneratedField::Channel),
                            "category" => Ok(GeneratedField::Category),
                            _ => Ok(GeneratedField::__SkipField__),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = NotificationRoute;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct pfms.events.v1.NotificationRoute")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<NotificationRoute, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut channel__ = None;
                let mut category__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Channel => {
                            if channel__.is_some() {
                                return Err(serde::de::Error::duplicate_field("channel"));
                            }
                            channel__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Category => {
                            if category__.is_some() {
                                return Err(serde::de::Error::duplicate_field("category"));
                            }
                            category__ = Some(map_.next_value()?);
                        }
                        GeneratedField::__SkipField__ => {
                            let _ = map_.next_value::<serde::de::IgnoredAny>()?;
                        }
                    }
                }
                Ok(NotificationRoute {
                    channel: channel__.unwrap_or_default(),
                    category: category__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("pfms.events.v1.NotificationRoute", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for NotificationSend {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.user_id.is_empty() {
            len += 1;
        }
        if !self.category.is_empty() {
            len += 1;
        }
        if !self.template_key.is_empty() {
            len += 1;
        }
        if !self.title.is_empty() {
            len += 1;
        }
        if !self.body.is_empty() {
            len += 1;
        }
        if !self.priority.is_empty() {
            len += 1;
        }
        if !self.variables.is_empty() {
            len += 1;
        }
        if self.data.is_some() {
            len += 1;
        }
        if !self.about_user_id.is_empty() {
            len += 1;
        }
        if !self.channels.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("pfms.events.v1.NotificationSend", len)?;
        if !self.user_id.is_empty() {
            struct_ser.serialize_field("userId", &self.user_id)?;
        }
        if !self.category.is_empty() {
            struct_ser.serialize_field("category", &self.category)?;
        }
        if !self.template_key.is_empty() {
            struct_ser.serialize_field("templateKey", &self.template_key)?;
        }
        if !self.title.is_empty() {
            struct_ser.serialize_field("title", &self.title)?;
        }
        if !self.body.is_empty() {
            struct_ser.serialize_field("body", &self.body)?;
        }
        if !self.priority.is_empty() {
            struct_ser.serialize_field("priority", &self.priority)?;
        }
        if !self.variables.is_empty() {
            struct_ser.serialize_field("variables", &self.variables)?;
        }
        if let Some(v) = self.data.as_ref() {
            struct_ser.serialize_field("data", v)?;
        }
        if !self.about_user_id.is_empty() {
            struct_ser.serialize_field("aboutUserId", &self.about_user_id)?;
        }
        if !self.channels.is_empty() {
            struct_ser.serialize_field("channels", &self.channels)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for NotificationSend {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "user_id",
            "userId",
            "category",
            "template_key",
            "templateKey",
            "title",
            "body",
            "priority",
            "variables",
            "data",
            "about_user_id",
            "aboutUserId",
            "channels",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            UserId,
            Category,
            TemplateKey,
            Title,
            Body,
            Priority,
            Variables,
            Data,
            AboutUserId,
            Channels,
            __SkipField__,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "userId" | "user_id" => Ok(GeneratedField::UserId),
                            "category" => Ok(GeneratedField::Category),
                            "templateKey" | "template_key" => Ok(GeneratedField::TemplateKey),
                            "title" => Ok(GeneratedField::Title),
                            "body" => Ok(GeneratedField::Body),
                            "priority" => Ok(GeneratedField::Priority),
                            "variables" => Ok(GeneratedField::Variables),
                            "data" => Ok(GeneratedField::Data),
                            "aboutUserId" | "about_user_id" => Ok(GeneratedField::AboutUserId),
                            "channels" => Ok(GeneratedField::Channels),
                            _ => Ok(GeneratedField::__SkipField__),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = NotificationSend;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct pfms.events.v1.NotificationSend")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<NotificationSend, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut user_id__ = None;
                let mut category__ = None;
                let mut template_key__ = None;
                let mut title__ = None;
                let mut body__ = None;
                let mut priority__ = None;
                let mut variables__ = None;
                let mut data__ = None;
                let mut about_user_id__ = None;
                let mut channels__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::UserId => {
                            if user_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("userId"));
                            }
                            user_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Category => {
                            if category__.is_some() {
                                return Err(serde::de::Error::duplicate_field("category"));
                            }
                            category__ = Some(map_.next_value()?);
                        }
                        GeneratedField::TemplateKey => {
                            if template_key__.is_some() {
                                return Err(serde::de::Error::duplicate_field("templateKey"));
                            }
                            template_key__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Title => {
                            if title__.is_some() {
                                return Err(serde::de::Error::duplicate_field("title"));
                            }
                            title__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Body => {
                            if body__.is_some() {
                                return Err(serde::de::Error::duplicate_field("body"));
                            }
                            body__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Priority => {
                            if priority__.is_some() {
                                return Err(serde::de::Error::duplicate_field("priority"));
                            }
                            priority__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Variables => {
                            if variables__.is_some() {
                                return Err(serde::de::Error::duplicate_field("variables"));
                            }
                            variables__ = Some(
                                map_.next_value::<std::collections::HashMap<_, _>>()?
                            );
                        }
                        GeneratedField::Data => {
                            if data__.is_some() {
                                return Err(serde::de::Error::duplicate_field("data"));
                            }
                            data__ = map_.next_value()?;
                        }
                        GeneratedField::AboutUserId => {
                            if about_user_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("aboutUserId"));
                            }
                            about_user_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Channels => {
                            if channels__.is_some() {
                                return Err(serde::de::Error::duplicate_field("channels"));
                            }
                            channels__ = Some(map_.next_value()?);
                        }
                        GeneratedField::__SkipField__ => {
                            let _ = map_.next_value::<serde::de::IgnoredAny>()?;
                        }
                    }
                }
                Ok(NotificationSend {
                    user_id: user_id__.unwrap_or_default(),
                    category: category__.unwrap_or_default(),
                    template_key: template_key__.unwrap_or_default(),
                    title: title__.unwrap_or_default(),
                    body: body__.unwrap_or_default(),
                    priority: priority__.unwrap_or_default(),
                    variables: variables__.unwrap_or_default(),
                    data: data__,
                    about_user_id: about_user_id__.unwrap_or_default(),
                    channels: channels__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("pfms.events.v1.NotificationSend", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for RuleExecuted {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.user_id.is_empty() {
            len += 1;
        }
        if !self.rule_id.is_empty() {
            len += 1;
        }
        if !self.execution_id.is_empty() {
            len += 1;
        }
        if !self.event_id.is_empty() {
            len += 1;
        }
        if self.succeeded {
            len += 1;
        }
        if self.action_count != 0 {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("pfms.events.v1.RuleExecuted", len)?;
        if !self.user_id.is_empty() {
            struct_ser.serialize_field("userId", &self.user_id)?;
        }
        if !self.rule_id.is_empty() {
            struct_ser.serialize_field("ruleId", &self.rule_id)?;
        }
        if !self.execution_id.is_empty() {
            struct_ser.serialize_field("executionId", &self.execution_id)?;
        }
        if !self.event_id.is_empty() {
            struct_ser.serialize_field("eventId", &self.event_id)?;
        }
        if self.succeeded {
            struct_ser.serialize_field("succeeded", &self.succeeded)?;
        }
        if self.action_count != 0 {
            struct_ser.serialize_field("actionCount", &self.action_count)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for RuleExecuted {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "user_id",
            "userId",
            "rule_id",
            "ruleId",
            "execution_id",
            "executionId",
            "event_id",
            "eventId",
            "succeeded",
            "action_count",
            "actionCount",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            UserId,
            RuleId,
            ExecutionId,
            EventId,
            Succeeded,
            ActionCount,
            __SkipField__,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "userId" | "user_id" => Ok(GeneratedField::UserId),
                            "ruleId" | "rule_id" => Ok(GeneratedField::RuleId),
                            "executionId" | "execution_id" => Ok(GeneratedField::ExecutionId),
                            "eventId" | "event_id" => Ok(GeneratedField::EventId),
                            "succeeded" => Ok(GeneratedField::Succeeded),
                            "actionCount" | "action_count" => Ok(GeneratedField::ActionCount),
                            _ => Ok(GeneratedField::__SkipField__),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = RuleExecuted;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct pfms.events.v1.RuleExecuted")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<RuleExecuted, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut user_id__ = None;
                let mut rule_id__ = None;
                let mut execution_id__ = None;
                let mut event_id__ = None;
                let mut succeeded__ = None;
                let mut action_count__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::UserId => {
                            if user_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("userId"));
                            }
                            user_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::RuleId => {
                            if rule_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("ruleId"));
                            }
                            rule_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::ExecutionId => {
                            if execution_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("executionId"));
                            }
                            execution_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::EventId => {
                            if event_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("eventId"));
                            }
                            event_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Succeeded => {
                            if succeeded__.is_some() {
                                return Err(serde::de::Error::duplicate_field("succeeded"));
                            }
                            succeeded__ = Some(map_.next_value()?);
                        }
                        GeneratedField::ActionCount => {
                            if action_count__.is_some() {
                                return Err(serde::de::Error::duplicate_field("actionCount"));
                            }
                            action_count__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::__SkipField__ => {
                            let _ = map_.next_value::<serde::de::IgnoredAny>()?;
                        }
                    }
                }
                Ok(RuleExecuted {
                    user_id: user_id__.unwrap_or_default(),
                    rule_id: rule_id__.unwrap_or_default(),
                    execution_id: execution_id__.unwrap_or_default(),
                    event_id: event_id__.unwrap_or_default(),
                    succeeded: succeeded__.unwrap_or_default(),
                    action_count: action_count__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("pfms.events.v1.RuleExecuted", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for UserCreated {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.user_id.is_empty() {
            len += 1;
        }
        if !self.first_name.is_empty() {
            len += 1;
        }
        if !self.last_name.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("pfms.events.v1.UserCreated", len)?;
        if !self.user_id.is_empty() {
            struct_ser.serialize_field("userId", &self.user_id)?;
        }
        if !self.first_name.is_empty() {
            struct_ser.serialize_field("firstName", &self.first_name)?;
        }
        if !self.last_name.is_empty() {
            struct_ser.serialize_field("lastName", &self.last_name)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for UserCreated {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "user_id",
            "userId",
            "first_name",
            "firstName",
            "last_name",
            "lastName",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            UserId,
            FirstName,
            LastName,
            __SkipField__,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "userId" | "user_id" => Ok(GeneratedField::UserId),
                            "firstName" | "first_name" => Ok(GeneratedField::FirstName),
                            "lastName" | "last_name" => Ok(GeneratedField::LastName),
                            _ => Ok(GeneratedField::__SkipField__),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = UserCreated;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct pfms.events.v1.UserCreated")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<UserCreated, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut user_id__ = None;
                let mut first_name__ = None;
                let mut last_name__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::UserId => {
                            if user_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("userId"));
                            }
                            user_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::FirstName => {
                            if first_name__.is_some() {
                                return Err(serde::de::Error::duplicate_field("firstName"));
                            }
                            first_name__ = Some(map_.next_value()?);
                        }
                        GeneratedField::LastName => {
                            if last_name__.is_some() {
                                return Err(serde::de::Error::duplicate_field("lastName"));
                            }
                            last_name__ = Some(map_.next_value()?);
                        }
                        GeneratedField::__SkipField__ => {
                            let _ = map_.next_value::<serde::de::IgnoredAny>()?;
                        }
                    }
                }
                Ok(UserCreated {
                    user_id: user_id__.unwrap_or_default(),
                    first_name: first_name__.unwrap_or_default(),
                    last_name: last_name__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("pfms.events.v1.UserCreated", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for UserDeleted {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.user_id.is_empty() {
            len += 1;
        }
        if !self.erasure_id.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("pfms.events.v1.UserDeleted", len)?;
        if !self.user_id.is_empty() {
            struct_ser.serialize_field("userId", &self.user_id)?;
        }
        if !self.erasure_id.is_empty() {
            struct_ser.serialize_field("erasureId", &self.erasure_id)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for UserDeleted {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "user_id",
            "userId",
            "erasure_id",
            "erasureId",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            UserId,
            ErasureId,
            __SkipField__,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "userId" | "user_id" => Ok(GeneratedField::UserId),
                            "erasureId" | "erasure_id" => Ok(GeneratedField::ErasureId),
                            _ => Ok(GeneratedField::__SkipField__),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = UserDeleted;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct pfms.events.v1.UserDeleted")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<UserDeleted, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut user_id__ = None;
                let mut erasure_id__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::UserId => {
                            if user_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("userId"));
                            }
                            user_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::ErasureId => {
                            if erasure_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("erasureId"));
                            }
                            erasure_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::__SkipField__ => {
                            let _ = map_.next_value::<serde::de::IgnoredAny>()?;
                        }
                    }
                }
                Ok(UserDeleted {
                    user_id: user_id__.unwrap_or_default(),
                    erasure_id: erasure_id__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("pfms.events.v1.UserDeleted", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for UserFamilyInvited {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.user_id.is_empty() {
            len += 1;
        }
        if !self.invitation_id.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("pfms.events.v1.UserFamilyInvited", len)?;
        if !self.user_id.is_empty() {
            struct_ser.serialize_field("userId", &self.user_id)?;
        }
        if !self.invitation_id.is_empty() {
            struct_ser.serialize_field("invitationId", &self.invitation_id)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for UserFamilyInvited {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "user_id",
            "userId",
            "invitation_id",
            "invitationId",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            UserId,
            InvitationId,
            __SkipField__,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "userId" | "user_id" => Ok(GeneratedField::UserId),
                            "invitationId" | "invitation_id" => Ok(GeneratedField::InvitationId),
                            _ => Ok(GeneratedField::__SkipField__),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = UserFamilyInvited;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct pfms.events.v1.UserFamilyInvited")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<UserFamilyInvited, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut user_id__ = None;
                let mut invitation_id__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::UserId => {
                            if user_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("userId"));
                            }
                            user_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::InvitationId => {
                            if invitation_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("invitationId"));
                            }
                            invitation_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::__SkipField__ => {
                            let _ = map_.next_value::<serde::de::IgnoredAny>()?;
                        }
                    }
                }
                Ok(UserFamilyInvited {
                    user_id: user_id__.unwrap_or_default(),
                    invitation_id: invitation_id__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("pfms.events.v1.UserFamilyInvited", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for UserNotificationPreferencesUpdated {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.user_id.is_empty() {
            len += 1;
        }
        if !self.disabled.is_empty() {
            len += 1;
        }
        if !self.quiet_start.is_empty() {
            len += 1;
        }
        if !self.quiet_end.is_empty() {
            len += 1;
        }
        if !self.time_zone.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("pfms.events.v1.UserNotificationPreferencesUpdated", len)?;
        if !self.user_id.is_empty() {
            struct_ser.serialize_field("userId", &self.user_id)?;
        }
        if !self.disabled.is_empty() {
            struct_ser.serialize_field("disabled", &self.disabled)?;
        }
        if !self.quiet_start.is_empty() {
            struct_ser.serialize_field("quietStart", &self.quiet_start)?;
        }
        if !self.quiet_end.is_empty() {
            struct_ser.serialize_field("quietEnd", &self.quiet_end)?;
        }
        if !self.time_zone.is_empty() {
            struct_ser.serialize_field("timeZone", &self.time_zone)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for UserNotificationPreferencesUpdated {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "user_id",
            "userId",
            "disabled",
            "quiet_start",
            "quietStart",
            "quiet_end",
            "quietEnd",
            "time_zone",
            "timeZone",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            UserId,
            Disabled,
            QuietStart,
            QuietEnd,
            TimeZone,
            __SkipField__,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "userId" | "user_id" => Ok(GeneratedField::UserId),
                            "disabled" => Ok(GeneratedField::Disabled),
                            "quietStart" | "quiet_start" => Ok(GeneratedField::QuietStart),
                            "quietEnd" | "quiet_end" => Ok(GeneratedField::QuietEnd),
                            "timeZone" | "time_zone" => Ok(GeneratedField::TimeZone),
                            _ => Ok(GeneratedField::__SkipField__),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = UserNotificationPreferencesUpdated;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct pfms.events.v1.UserNotificationPreferencesUpdated")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<UserNotificationPreferencesUpdated, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut user_id__ = None;
                let mut disabled__ = None;
                let mut quiet_start__ = None;
                let mut quiet_end__ = None;
                let mut time_zone__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::UserId => {
                            if user_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("userId"));
                            }
                            user_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Disabled => {
                            if disabled__.is_some() {
                                return Err(serde::de::Error::duplicate_field("disabled"));
                            }
                            disabled__ = Some(map_.next_value()?);
                        }
                        GeneratedField::QuietStart => {
                            if quiet_start__.is_some() {
                                return Err(serde::de::Error::duplicate_field("quietStart"));
                            }
                            quiet_start__ = Some(map_.next_value()?);
                        }
                        GeneratedField::QuietEnd => {
                            if quiet_end__.is_some() {
                                return Err(serde::de::Error::duplicate_field("quietEnd"));
                            }
                            quiet_end__ = Some(map_.next_value()?);
                        }
                        GeneratedField::TimeZone => {
                            if time_zone__.is_some() {
                                return Err(serde::de::Error::duplicate_field("timeZone"));
                            }
                            time_zone__ = Some(map_.next_value()?);
                        }
                        GeneratedField::__SkipField__ => {
                            let _ = map_.next_value::<serde::de::IgnoredAny>()?;
                        }
                    }
                }
                Ok(UserNotificationPreferencesUpdated {
                    user_id: user_id__.unwrap_or_default(),
                    disabled: disabled__.unwrap_or_default(),
                    quiet_start: quiet_start__.unwrap_or_default(),
                    quiet_end: quiet_end__.unwrap_or_default(),
                    time_zone: time_zone__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("pfms.events.v1.UserNotificationPreferencesUpdated", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for UserPrivacyUpdated {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.user_id.is_empty() {
            len += 1;
        }
        if !self.profile_visibility.is_empty() {
            len += 1;
        }
        if self.show_net_worth {
            len += 1;
        }
        if self.allow_analytics {
            len += 1;
        }
        if self.data_sharing {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("pfms.events.v1.UserPrivacyUpdated", len)?;
        if !self.user_id.is_empty() {
            struct_ser.serialize_field("userId", &self.user_id)?;
        }
        if !self.profile_visibility.is_empty() {
            struct_ser.serialize_field("profileVisibility", &self.profile_visibility)?;
        }
        if self.show_net_worth {
            struct_ser.serialize_field("showNetWorth", &self.show_net_worth)?;
        }
        if self.allow_analytics {
            struct_ser.serialize_field("allowAnalytics", &self.allow_analytics)?;
        }
        if self.data_sharing {
            struct_ser.serialize_field("dataSharing", &self.data_sharing)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for UserPrivacyUpdated {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "user_id",
            "userId",
            "profile_visibility",
            "profileVisibility",
            "show_net_worth",
            "showNetWorth",
            "allow_analytics",
            "allowAnalytics",
            "data_sharing",
            "dataSharing",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            UserId,
            ProfileVisibility,
            ShowNetWorth,
            AllowAnalytics,
            DataSharing,
            __SkipField__,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "userId" | "user_id" => Ok(GeneratedField::UserId),
                            "profileVisibility" | "profile_visibility" => Ok(GeneratedField::ProfileVisibility),
                            "showNetWorth" | "show_net_worth" => Ok(GeneratedField::ShowNetWorth),
                            "allowAnalytics" | "allow_analytics" => Ok(GeneratedField::AllowAnalytics),
                            "dataSharing" | "data_sharing" => Ok(GeneratedField::DataSharing),
                            _ => Ok(GeneratedField::__SkipField__),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = UserPrivacyUpdated;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct pfms.events.v1.UserPrivacyUpdated")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<UserPrivacyUpdated, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut user_id__ = None;
                let mut profile_visibility__ = None;
                let mut show_net_worth__ = None;
                let mut allow_analytics__ = None;
                let mut data_sharing__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::UserId => {
                            if user_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("userId"));
                            }
                            user_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::ProfileVisibility => {
                            if profile_visibility__.is_some() {
                                return Err(serde::de::Error::duplicate_field("profileVisibility"));
                            }
                            profile_visibility__ = Some(map_.next_value()?);
                        }
                        GeneratedField::ShowNetWorth => {
                            if show_net_worth__.is_some() {
                                return Err(serde::de::Error::duplicate_field("showNetWorth"));
                            }
                            show_net_worth__ = Some(map_.next_value()?);
                        }
                        GeneratedField::AllowAnalytics => {
                            if allow_analytics__.is_some() {
                                return Err(serde::de::Error::duplicate_field("allowAnalytics"));
                            }
                            allow_analytics__ = Some(map_.next_value()?);
                        }
                        GeneratedField::DataSharing => {
                            if data_sharing__.is_some() {
                                return Err(serde::de::Error::duplicate_field("dataSharing"));
                            }
                            data_sharing__ = Some(map_.next_value()?);
                        }
                        GeneratedField::__SkipField__ => {
                            let _ = map_.next_value::<serde::de::IgnoredAny>()?;
                        }
                    }
                }
                Ok(UserPrivacyUpdated {
                    user_id: user_id__.unwrap_or_default(),
                    profile_visibility: profile_visibility__.unwrap_or_default(),
                    show_net_worth: show_net_worth__.unwrap_or_default(),
                    allow_analytics: allow_analytics__.unwrap_or_default(),
                    data_sharing: data_sharing__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("pfms.events.v1.UserPrivacyUpdated", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for UserPurged {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.erasure_id.is_empty() {
            len += 1;
        }
        if !self.service.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("pfms.events.v1.UserPurged", len)?;
        if !self.erasure_id.is_empty() {
            struct_ser.serialize_field("erasureId", &self.erasure_id)?;
        }
        if !self.service.is_empty() {
            struct_ser.serialize_field("service", &self.service)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for UserPurged {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "erasure_id",
            "erasureId",
            "service",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            ErasureId,
            Service,
            __SkipField__,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "erasureId" | "erasure_id" => Ok(GeneratedField::ErasureId),
                            "service" => Ok(GeneratedField::Service),
                            _ => Ok(GeneratedField::__SkipField__),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = UserPurged;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct pfms.events.v1.UserPurged")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<UserPurged, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut erasure_id__ = None;
                let mut service__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::ErasureId => {
                            if erasure_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("erasureId"));
                            }
                            erasure_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Service => {
                            if service__.is_some() {
                                return Err(serde::de::Error::duplicate_field("service"));
                            }
                            service__ = Some(map_.next_value()?);
                        }
                        GeneratedField::__SkipField__ => {
                            let _ = map_.next_value::<serde::de::IgnoredAny>()?;
                        }
                    }
                }
                Ok(UserPurged {
                    erasure_id: erasure_id__.unwrap_or_default(),
                    service: service__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("pfms.events.v1.UserPurged", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for UserUpdated {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.user_id.is_empty() {
            len += 1;
        }
        if !self.currency.is_empty() {
            len += 1;
        }
        if !self.time_zone.is_empty() {
            len += 1;
        }
        if !self.language.is_empty() {
            len += 1;
        }
        if self.daily_budget_limit.is_some() {
            len += 1;
        }
        if self.monthly_budget_limit.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("pfms.events.v1.UserUpdated", len)?;
        if !self.user_id.is_empty() {
            struct_ser.serialize_field("userId", &self.user_id)?;
        }
        if !self.currency.is_empty() {
            struct_ser.serialize_field("currency", &self.currency)?;
        }
        if !self.time_zone.is_empty() {
            struct_ser.serialize_field("timeZone", &self.time_zone)?;
        }
        if !self.language.is_empty() {
            struct_ser.serialize_field("language", &self.language)?;
        }
        if let Some(v) = self.daily_budget_limit.as_ref() {
            struct_ser.serialize_field("dailyBudgetLimit", v)?;
        }
        if let Some(v) = self.monthly_budget_limit.as_ref() {
            struct_ser.serialize_field("monthlyBudgetLimit", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for UserUpdated {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "user_id",
            "userId",
            "currency",
            "time_zone",
            "timeZone",
            "language",
            "daily_budget_limit",
            "dailyBudgetLimit",
            "monthly_budget_limit",
            "monthlyBudgetLimit",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            UserId,
            Currency,
            TimeZone,
            Language,
            DailyBudgetLimit,
            MonthlyBudgetLimit,
            __SkipField__,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "userId" | "user_id" => Ok(GeneratedField::UserId),
                            "currency" => Ok(GeneratedField::Currency),
                            "timeZone" | "time_zone" => Ok(GeneratedField::TimeZone),
                            "language" => Ok(GeneratedField::Language),
                            "dailyBudgetLimit" | "daily_budget_limit" => Ok(GeneratedField::DailyBudgetLimit),
                            "monthlyBudgetLimit" | "monthly_budget_limit" => Ok(GeneratedField::MonthlyBudgetLimit),
                            _ => Ok(GeneratedField::__SkipField__),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = UserUpdated;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct pfms.events.v1.UserUpdated")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<UserUpdated, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut user_id__ = None;
                let mut currency__ = None;
                let mut time_zone__ = None;
                let mut language__ = None;
                let mut daily_budget_limit__ = None;
                let mut monthly_budget_limit__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::UserId => {
                            if user_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("userId"));
                            }
                            user_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Currency => {
                            if currency__.is_some() {
                                return Err(serde::de::Error::duplicate_field("currency"));
                            }
                            currency__ = Some(map_.next_value()?);
                        }
                        GeneratedField::TimeZone => {
                            if time_zone__.is_some() {
                                return Err(serde::de::Error::duplicate_field("timeZone"));
                            }
                            time_zone__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Language => {
                            if language__.is_some() {
                                return Err(serde::de::Error::duplicate_field("language"));
                            }
                            language__ = Some(map_.next_value()?);
                        }
                        GeneratedField::DailyBudgetLimit => {
                            if daily_budget_limit__.is_some() {
                                return Err(serde::de::Error::duplicate_field("dailyBudgetLimit"));
                            }
                            daily_budget_limit__ = map_.next_value()?;
                        }
                        GeneratedField::MonthlyBudgetLimit => {
                            if monthly_budget_limit__.is_some() {
                                return Err(serde::de::Error::duplicate_field("monthlyBudgetLimit"));
                            }
                            monthly_budget_limit__ = map_.next_value()?;
                        }
                        GeneratedField::__SkipField__ => {
                            let _ = map_.next_value::<serde::de::IgnoredAny>()?;
                        }
                    }
                }
                Ok(UserUpdated {
                    user_id: user_id__.unwrap_or_default(),
                    currency: currency__.unwrap_or_default(),
                    time_zone: time_zone__.unwrap_or_default(),
                    language: language__.unwrap_or_default(),
                    daily_budget_limit: daily_budget_limit__,
                    monthly_budget_limit: monthly_budget_limit__,
                })
            }
        }
        deserializer.deserialize_struct("pfms.events.v1.UserUpdated", FIELDS, GeneratedVisitor)
    }
}
