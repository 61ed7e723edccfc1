import Foundation
import Testing
import VremenaFFI

extension Boundary {
    /// A session's end, a card of the reception's, and leaving.
    @Suite struct MembershipTests {
        let gallery: Gallery
        let phone: Phone
        let account: Account
        /// As people type it.
        let number = "4081 5077-2661 0394"

        init() async throws {
            gallery = try await Gallery.open()
            phone = try await gallery.signedIn()
            account = try phone.core.account()
        }

        @Test func aSessionThatTheGalleryHasEndedIsToldByTheFirstScreen() async throws {
            let heard = Heard<HomeSnapshot>()
            let subscription = try phone.core.home().observe(listener: heard)
            try await heard.until("a session") { $0.session == .active }
            #expect(try await account.sessionState() == .active)
            let member = try await account.member().orThrow("a member")
            try await gallery.admin.call("POST", "members/\(member.memberId)/revoke")
            await #expect(throws: CoreError.SignInNeeded) { try await phone.core.sync().pull() }
            let ended = try await heard.until("the session's end") { $0.session == .expired }
            #expect(ended.member == member && ended.card != nil, "what is on the phone stays readable")
            #expect(try await account.sessionState() == .expired)
            try await account.signOut()
            #expect(try await account.sessionState() == .signedOut)
            try subscription.cancel()
        }

        @Test func aCardOfTheReceptionsBringsItsHistory() async throws {
            try await giveOut(["number": "4081507726610394"])
            for _ in 0..<2 {
                let linking = try await account.linkCard(card: .number(number: number))
                guard case .linked(let card) = linking else { throw Missing(what: "a card: \(linking)") }
                #expect(card.number == "4081507726610394" && card.receipts == 2)
                #expect(abs(card.linkedAt.timeIntervalSince(storyStart)) < hours)
            }
            _ = try await phone.core.sync().pull()
            #expect(try await phone.receipts().map(\.source) == [.reception, .reception])
            #expect(try await phone.core.home().snapshot().card?.number == "4081507726610394")
        }

        @Test func aCardIsFoundByThePhoneThatItWasGivenOutTo() async throws {
            try await giveOut(["phone": .string(somebody)])
            guard case .linked = try await account.linkCard(card: .phone(phone: "8 900 000-00-00"))
            else { throw Missing(what: "a card") }
        }

        @Test func aCardThatIsNotLinkedSaysWhy() async throws {
            let other = try await gallery.signedIn(somebodyElse)
            let blocked = try await giveOut(["status": "blocked"])
            let taken = try await giveOut([:])
            guard case .linked = try await other.core.account().linkCard(card: .number(number: taken))
            else { throw Missing(what: "another member's card") }
            try await other.core.shutDown()
            try await giveOut(["phone": .string(somebody)])
            try await giveOut(["phone": .string(somebody)])
            for (card, expected) in [
                (.number(number: "0000000000000000"), .cardUnknown), (.number(number: ""), .cardUnknown),
                (.phone(phone: somebodyElse), .cardUnknown), (.number(number: blocked), .cardBlocked),
                (.number(number: taken), .linkedToAnother), (.phone(phone: somebody), .phoneNotUnique),
            ] as [(CardLink, CardLinkFault)] {
                let linking = try await account.linkCard(card: card)
                guard case .notAccepted(let fault, let explanation) = linking
                else { throw Missing(what: "a refusal: \(linking)") }
                #expect(fault == expected && explanation.nextStep == .askAtDesk && !explanation.sentence.isEmpty)
            }
            await #expect(throws: CoreError.SignIn(fault: .invalidPhone)) {
                try await account.linkCard(card: .phone(phone: "12"))
            }
            try await account.signOut()
            await #expect(throws: CoreError.SignInNeeded) { try await account.linkCard(card: .number(number: number)) }
        }

        @Test func aDeletionAsksBeforeItLosesMoreThanWasAcceptedAndLeavesNothing() async throws {
            try await phone.capture(receiptText(1))
            try await gallery.admin.network(faults: ["status:400"])
            try await phone.drain()
            try await phone.capture(receiptText(2))
            let warning = try await account.deletion()
            #expect(warning.unsent == 2 && warning.wedged == 1)
            #expect(warning.explanation.sentence.contains("2 действия"))
            guard case .asked(let asked) = try await account.delete(acceptedUnsent: 1)
            else { throw Missing(what: "a question") }
            #expect(asked == warning)
            try await gallery.admin.network(listening: false)
            await #expect(throws: CoreError.Unreachable) { try await account.delete(acceptedUnsent: 2) }
            #expect(try await phone.receipts().count == 2, "nothing has happened")

            try await gallery.admin.network()
            #expect(try await account.delete(acceptedUnsent: 2) == .deleted)
            #expect(try await account.member() == nil)
            #expect(try await phone.core.wallet().card() == nil)
            #expect(try await phone.core.outbox().drain(budget: DrainBudget()).remaining == 0)
            await #expect(throws: CoreError.SignInNeeded) { try await account.deletion() }
            await #expect(throws: CoreError.SignInNeeded) { try await account.delete(acceptedUnsent: 0) }

            try await gallery.timePasses(2 * minutes, for: phone.device)
            try await gallery.signIn(phone)
            _ = try await phone.core.sync().pull()
            #expect(try await phone.receipts().isEmpty, "the same number joins as somebody new")
        }

        /// The reception gives out a card with two purchases; its number.
        @discardableResult
        private func giveOut(_ card: [String: Json]) async throws -> String {
            let purchases = ["2026-03-01T12:00:00+03:00", "2026-03-02T12:00:00+03:00"].map { issuedAt in
                Json.object([
                    "total_kopecks": 20_000_000, "issued_at": .string(issuedAt), "shop": "Дом", "category": "home",
                ])
            }
            let all = card.merging(["purchases": .array(purchases)]) { given, _ in given }
            return try await gallery.admin.call("POST", "cards", .object(all))["number"].text.orThrow("a number")
        }
    }
}
