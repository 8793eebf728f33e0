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
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Id,
            Event,
            OccurredAt,
            UserId,
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
                            "id" => Ok(GeneratedField::Id),
                            "event" => Ok(GeneratedField::Event),
                            "occurredAt" | "occurred_at" => Ok(GeneratedField::OccurredAt),
                            "userId" | "user_id" => Ok(GeneratedField::UserId),
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
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            UserId,
            Currency,
            TimeZone,
            Language,
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
                })
            }
        }
        deserializer.deserialize_struct("pfms.events.v1.UserUpdated", FIELDS, GeneratedVisitor)
    }
}
