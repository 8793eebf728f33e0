//! Requests to start from. The tests read each as the message that it stands for.

use super::hints::ID;
use super::json::{Json, array, object, text};

/// An example of a message, where one made up field by field would mislead.
pub fn of_message(name: &str) -> Option<Json> {
    Some(match name {
        "pfms.types.v1.Money" => money("500.00"),
        "pfms.automation.v1.Condition" => all([over("100.00"), in_category("Food")]),
        "pfms.automation.v1.ConditionList" => {
            object([("conditions", array([over("100.00"), in_category("Food")]))])
        }
        "pfms.automation.v1.Comparison" => {
            comparison("amount", "OPERATOR_GREATER_THAN").with("money", money("100.00"))
        }
        "pfms.automation.v1.Notify" => notify(),
        "pfms.automation.v1.Component" => object([
            ("moduleId", text(ID)),
            ("config", object([("threshold", 3.into())])),
        ]),
        _ => return None,
    })
}

/// Examples of a method's body: name, summary and value.
pub fn of_request(method: &str) -> Vec<(&'static str, &'static str, Json)> {
    match method {
        "pfms.auth.v1.AuthService.Register" => one("account", "An account", account()),
        "pfms.auth.v1.AuthService.SignIn" => one("credentials", "Credentials", credentials()),
        "pfms.user.v1.UserService.UpdateProfile" => one(
            "place",
            "Currency and time zone",
            object([("currency", text("EUR")), ("timeZone", text("Europe/Berlin"))]),
        ),
        "pfms.user.v1.UserService.UpdateFinancialPreferences" => one(
            "budget",
            "A monthly budget",
            object([("monthlyBudgetLimit", money("2500.00")), ("salaryDay", 28.into())]),
        ),
        "pfms.expense.v1.ExpenseService.CreateExpense" => vec![
            (
                "coffee",
                "A coffee",
                expense("4.20", "Coffee", "Blue Bottle", "2025-12-11"),
            ),
            (
                "dinner",
                "With tags and a place",
                expense("86.50", "Dinner with friends", "Trattoria Roma", "2025-12-12")
                    .with("time", "20:15")
                    .with("paymentMethod", "card")
                    .with("tags", array([text("friends"), text("birthday")]))
                    .with("location", object([("address", text("Main Street 5"))])),
            ),
        ],
        "pfms.expense.v1.ExpenseService.BatchCreateExpenses" => one(
            "two",
            "Two expenses",
            object([(
                "expenses",
                array([
                    expense("4.20", "Coffee", "Blue Bottle", "2025-12-11"),
                    expense("31.75", "Groceries", "Corner Market", "2025-12-11"),
                ]),
            )]),
        ),
        "pfms.expense.v1.ExpenseService.UpdateExpense" => {
            one("amount", "Another amount", object([("amount", money("4.50"))]))
        }
        "pfms.expense.v1.CategoryService.CreateCategory" => one(
            "category",
            "A category",
            object([
                ("name", text("Coffee")),
                ("icon", text("cup")),
                ("color", text("#6d4c41")),
            ]),
        ),
        "pfms.expense.v1.CategoryService.UpdateCategory" => {
            one("name", "Another name", object([("name", text("Coffee and tea"))]))
        }
        "pfms.automation.v1.AutomationService.CreateRule" => rules(),
        "pfms.automation.v1.AutomationService.UpdateRule" => {
            one("pause", "Pause the rule", object([("active", false.into())]))
        }
        _ if method.starts_with("pfms.tax.") => of_taxes(method),
        _ => of_people(method),
    }
}

/// Examples of what people say of themselves and their families.
fn of_people(method: &str) -> Vec<(&'static str, &'static str, Json)> {
    match method {
        "pfms.user.v1.PrivacyService.UpdatePrivacySettings" => one(
            "analytics",
            "Consent to analytics",
            object([("allowAnalytics", true.into())]),
        ),
        "pfms.user.v1.NotificationPreferencesService.UpdateNotificationPreferences" => one(
            "night",
            "No rules in the list, and quiet nights",
            object([
                (
                    "choices",
                    array([object([
                        ("channel", text("NOTIFICATION_CHANNEL_IN_APP")),
                        ("category", text("NOTIFICATION_CATEGORY_RULE")),
                        ("enabled", false.into()),
                    ])]),
                ),
                (
                    "quietHours",
                    object([("start", text("22:00")), ("end", text("07:00"))]),
                ),
            ]),
        ),
        "pfms.user.v1.FamilyService.InviteFamilyMember" => one(
            "adult",
            "An adult, by e-mail",
            object([
                ("email", text("bob@example.com")),
                ("role", text("FAMILY_ROLE_ADULT")),
            ]),
        ),
        "pfms.user.v1.SharingService.UpdateSharing" => one(
            "expenses",
            "Expenses, with everyone",
            object([(
                "shares",
                array([object([
                    ("area", text("SHARED_AREA_EXPENSES")),
                    ("everyone", true.into()),
                ])]),
            )]),
        ),
        _ => Vec::new(),
    }
}

/// Examples of what people tell of their taxes.
fn of_taxes(method: &str) -> Vec<(&'static str, &'static str, Json)> {
    match method {
        "pfms.tax.v1.TaxProfileService.UpdateTaxProfile" => one(
            "single",
            "A single person in the United States",
            object([
                ("country", text("US")),
                (
                    "fields",
                    object([
                        ("filing-status", object([("choice", text("single"))])),
                        ("age", object([("whole", text("35"))])),
                    ]),
                ),
            ]),
        ),
        "pfms.tax.v1.TaxDeductionService.CreateTaxDeduction" => one(
            "interest",
            "Interest of a mortgage",
            object([
                ("country", text("US")),
                ("year", 2025.into()),
                ("category", text("mortgage-interest")),
                ("amount", money("4200.00")),
            ]),
        ),
        "pfms.tax.v1.TaxDeductionService.UpdateTaxDeduction" => one(
            "approved",
            "It was accepted",
            object([("status", text("TAX_DEDUCTION_STATUS_APPROVED"))]),
        ),
        "pfms.tax.v1.TaxIncomeService.CreateTaxIncome" => one(
            "wages",
            "Wages of a month",
            object([
                ("country", text("US")),
                ("kind", text("wages")),
                ("amount", money("5000.00")),
                ("date", text("2025-03-31")),
                ("withheld", money("600.00")),
            ]),
        ),
        "pfms.tax.v1.TaxMappingService.CreateTaxMapping" => one(
            "donations",
            "Donations",
            object([
                ("country", text("US")),
                ("source", text("TAX_SOURCE_EXPENSE_CATEGORY")),
                ("from", text(ID)),
                ("to", text("charity")),
            ]),
        ),
        "pfms.tax.v1.TaxService.CalculateTaxWhatIf" => one(
            "marriage",
            "A marriage",
            object([
                ("year", 2025.into()),
                (
                    "changes",
                    object([(
                        "fields",
                        object([("filing-status", object([("choice", text("married-jointly"))]))]),
                    )]),
                ),
            ]),
        ),
        _ => Vec::new(),
    }
}

fn one(name: &'static str, summary: &'static str, value: Json) -> Vec<(&'static str, &'static str, Json)> {
    vec![(name, summary, value)]
}

fn rules() -> Vec<(&'static str, &'static str, Json)> {
    vec![
        (
            "condition",
            "A condition and an action",
            rule("Large food expense")
                .with("condition", all([over("100.00"), in_category("Food")]))
                .with("actions", array([object([("notify", notify())])])),
        ),
        (
            "component",
            "A component that decides",
            rule("Third coffee in a day").with("component", object([("moduleId", text(ID))])),
        ),
    ]
}

fn rule(name: &str) -> Json {
    object([
        ("name", text(name)),
        ("trigger", object([("event", text("expense.created"))])),
    ])
}

fn account() -> Json {
    credentials()
        .with("firstName", "Ada")
        .with("lastName", "Lovelace")
}

fn credentials() -> Json {
    object([
        ("email", text("ada@example.com")),
        ("password", text("correct horse battery staple")),
    ])
}

fn money(amount: &str) -> Json {
    object([("amount", text(amount)), ("currency", text("USD"))])
}

fn expense(amount: &str, description: &str, merchant: &str, date: &str) -> Json {
    object([
        ("amount", money(amount)),
        ("description", text(description)),
        ("merchant", text(merchant)),
        ("date", text(date)),
    ])
}

fn all<const N: usize>(conditions: [Json; N]) -> Json {
    object([("all", object([("conditions", array(conditions))]))])
}

fn comparison(field: &str, operator: &str) -> Json {
    object([("field", text(field)), ("operator", text(operator))])
}

fn over(amount: &str) -> Json {
    object([(
        "compare",
        comparison("amount", "OPERATOR_GREATER_THAN").with("money", money(amount)),
    )])
}

fn in_category(name: &str) -> Json {
    object([(
        "compare",
        comparison("category", "OPERATOR_EQUALS").with("text", name),
    )])
}

fn notify() -> Json {
    object([
        ("title", text("{{ amount }} at {{ merchant }}")),
        ("body", text("A large expense on food.")),
        ("priority", text("PRIORITY_HIGH")),
    ])
}
