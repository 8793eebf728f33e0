//! What members of a family share is read by those whom it is shared with, and by nobody else; and nobody writes it.

use pfms_proto::METHODS;
use pfms_tests::client::{expense, id_of};
use pfms_tests::{Mesh, Person};
use serde_json::{Value, json};

/// Routes that can be read of another member, by the collection.
const COLLECTIONS: [(&str, &str); 2] = [
    ("/api/v1/expenses", "expenses"),
    ("/api/v1/categories", "categories"),
];

async fn join(owner: &Person, member: &Person, role: &str) {
    let invitee = json!({"userId": member.user_id, "role": role});
    let answer = owner.post("/api/v1/user/family/invite", &invitee).await.ok();
    let id = id_of(&answer["invitation"]);
    let path = format!("/api/v1/user/family/invitations/{id}:accept");
    let _ = member.post(&path, &json!({})).await.ok();
}

async fn share_expenses(owner: &Person, members: &[&Person]) {
    let ids: Vec<_> = members.iter().map(|member| member.user_id).collect();
    let sharing = json!({"shares": [{"area": "SHARED_AREA_EXPENSES", "memberIds": ids}]});
    let _ = owner.put("/api/v1/user/family/sharing", &sharing).await.ok();
}

/// A family in which Ada, who has a category and an expense, shares expenses with Bob and not with Eve.
struct Household {
    ada: Person,
    bob: Person,
    eve: Person,
    ids: [String; 2],
}

impl Household {
    async fn new() -> Self {
        let mesh = Mesh::shared();
        let (ada, bob, eve) = (mesh.person().await, mesh.person().await, mesh.person().await);
        let category = ada
            .create("/api/v1/categories", &json!({"name": "Household"}))
            .await;
        let mut spent = expense("groceries");
        spent["categoryId"] = json!(category);
        let spent = ada.create("/api/v1/expenses", &spent).await;
        for member in [&bob, &eve] {
            join(&ada, member, "FAMILY_ROLE_ADULT").await;
        }
        share_expenses(&ada, &[&bob]).await;
        Self {
            ada,
            bob,
            eve,
            ids: [spent, category],
        }
    }

    /// The paths of all that is shared, as another member asks for it.
    fn paths(&self) -> Vec<String> {
        let owner = self.ada.user_id;
        let both = COLLECTIONS.iter().zip(&self.ids).flat_map(|((path, _), id)| {
            [
                format!("{path}?ownerUserId={owner}&pageSize=500"),
                format!("{path}/{id}?ownerUserId={owner}"),
            ]
        });
        both.collect()
    }

    async fn owned(&self) -> Vec<Value> {
        let mut all = Vec::new();
        for ((path, _), id) in COLLECTIONS.iter().zip(&self.ids) {
            all.push(self.ada.get(&format!("{path}/{id}")).await.ok());
        }
        all
    }

    async fn sees_nothing(&self, person: &Person) {
        for path in self.paths() {
            let _ = person.get(&path).await.refused(404, "OWNER_NOT_FOUND");
        }
    }
}

#[tokio::test]
async fn what_is_shared_is_read_and_nothing_else() {
    let home = Household::new().await;
    let owned = home.owned().await;
    for (((path, list), id), one) in COLLECTIONS.iter().zip(&home.ids).zip(&owned) {
        let ada = home.ada.user_id;
        let got = home.bob.get(&format!("{path}/{id}?ownerUserId={ada}")).await;
        assert_eq!(got.ok(), *one);
        let listed = home
            .bob
            .get(&format!("{path}?ownerUserId={ada}&pageSize=500"))
            .await
            .ok();
        assert!(listed[*list].as_array().unwrap().contains(one), "{listed}");
        // Without the owner's name it is about oneself.
        assert_eq!(home.bob.get(&format!("{path}/{id}")).await.status, 404);
    }
    home.sees_nothing(&home.eve).await;
    home.sees_nothing(&Mesh::shared().person().await).await;
    // What was not shared cannot be asked for.
    for path in [
        "/api/v1/notifications",
        "/api/v1/automation/rules",
        "/api/v1/user/profile",
    ] {
        let answer = home
            .bob
            .get(&format!("{path}?ownerUserId={}", home.ada.user_id))
            .await;
        assert_eq!(answer.status, 400, "{path}: {}", answer.text);
    }
    // It goes one way.
    let back = format!("/api/v1/expenses?ownerUserId={}", home.bob.user_id);
    let _ = home.ada.get(&back).await.refused(404, "OWNER_NOT_FOUND");
}

#[tokio::test]
async fn what_is_shared_is_not_written() {
    let home = Household::new().await;
    let before = home.owned().await;
    let mut tried = 0;
    for ((collection, _), id) in COLLECTIONS.iter().zip(&home.ids) {
        let routes = METHODS.iter().flat_map(|method| method.http);
        let writes = routes.filter(|(verb, template)| *verb != "GET" && template.starts_with(collection));
        for (verb, template) in writes.filter(|(_, template)| template.contains("{id}")) {
            let path = template.replace("{id}", id);
            for owner in [String::new(), format!("?ownerUserId={}", home.ada.user_id)] {
                let body = json!({"name": "Taken over", "description": "taken over"});
                let answer = home.bob.call(verb, &format!("{path}{owner}"), &body).await;
                assert!(
                    matches!(answer.status, 400 | 404),
                    "{verb} {template}: {}",
                    answer.text
                );
                tried += 1;
            }
        }
    }
    assert!(tried >= 12, "only {tried} writes were tried");
    assert_eq!(home.owned().await, before);
}

#[tokio::test]
async fn after_leaving_or_unsharing_nothing_is_seen() {
    let home = Household::new().await;
    share_expenses(&home.ada, &[&home.bob, &home.eve]).await;
    assert_eq!(home.eve.get(&home.paths()[0]).await.status, 200);
    let _ = home.eve.post("/api/v1/user/family:leave", &json!({})).await.ok();
    home.sees_nothing(&home.eve).await;
    assert_eq!(home.bob.get(&home.paths()[0]).await.status, 200);
    share_expenses(&home.ada, &[]).await;
    home.sees_nothing(&home.bob).await;
}
