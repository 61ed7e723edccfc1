import Foundation
import Testing
import VremenaFFI

extension Boundary {
    /// What a member consents to, before the sign-in and after it.
    @Suite struct ConsentTests {
        let gallery: Gallery
        let phone: Phone
        let account: Account

        init() async throws {
            gallery = try await Gallery.open()
            phone = try await gallery.phone()
            account = try phone.core.account()
        }

        @Test func aPhoneNumberIsSentWithTheRequiredConsentOnly() async throws {
            await #expect(throws: needed([.processing])) { try await account.requestCode(phone: somebody) }
            await #expect(throws: needed([.processing, .analytics])) {
                try await decide((.processing, true), (.analytics, false))
            }
            #expect(try await account.consents().isEmpty, "nobody decides of what nobody has read")
            let documents = try await account.consentDocuments()
            #expect(documents.map(\.purpose) == [.processing, .advertising, .analytics])
            #expect(documents.map(\.required) == [true, false, false])
            #expect(documents.allSatisfy { $0.version == 1 && !$0.text.isEmpty })
            #expect(documents[1].title == "Реклама")

            try await decide((.processing, false), (.advertising, true))
            await #expect(throws: needed([.processing])) { try await account.requestCode(phone: somebody) }
            #expect(try await gallery.admin.requests("POST", "/v1/auth/code") == 0)
            try await decide((.processing, true))
            _ = try await account.requestCode(phone: somebody)
            _ = try await account.signIn(phone: somebody, code: gallery.admin.code(somebody))
            let decisions = try await decided(account)
            #expect(decisions == [.processing: true, .advertising: true])
            #expect(try await recorded(phone).sorted() == ["advertising true", "processing true"])

            try await account.signOut()
            #expect(try await account.consents().isEmpty, "the next one decides for themselves")
        }

        @Test func anotherTextIsReadAndDecidedAnew() async throws {
            try await phone.consent()
            try await gallery.admin.call("PUT", "consents/processing", [:])
            await #expect(throws: needed([.processing])) { try await account.requestCode(phone: somebody) }
            #expect(try await account.consentDocuments().map(\.version) == [2, 1, 1])
            try await decide((.processing, true))
            _ = try await account.requestCode(phone: somebody)
        }

        @Test func withoutANetworkTheDocumentsAreThoseThatWereLastKnown() async throws {
            try await gallery.admin.network(listening: false)
            await #expect(throws: CoreError.Unreachable) { try await account.consentDocuments() }
            try await gallery.admin.network()
            let documents = try await account.consentDocuments()
            try await gallery.admin.network(listening: false)
            let restarted = try await phone.restarted()
            #expect(try await restarted.core.account().consentDocuments() == documents)
        }

        @Test func aConsentIsGivenAndWithdrawnWithoutANetwork() async throws {
            try await gallery.signIn(phone)
            let before = try await recorded(phone)
            try await gallery.admin.network(listening: false)
            guard case .queued(let given) = try await account.setConsent(purpose: .advertising, granted: true)
            else { throw Missing(what: "a queued consent") }
            #expect(given.purpose == .advertising && given.version == 1 && given.granted)
            guard case .unchanged(let again) = try await account.setConsent(purpose: .advertising, granted: true)
            else { throw Missing(what: "the same consent") }
            // As it is stored, to the millisecond.
            #expect(again.granted && abs(again.decidedAt.timeIntervalSince(given.decidedAt)) < 0.001)
            guard case .queued = try await account.setConsent(purpose: .advertising, granted: false)
            else { throw Missing(what: "a queued withdrawal") }
            #expect(try await decided(account)[.advertising] == false)
            #expect(try await phone.queue().count == 2)

            try await gallery.admin.network()
            #expect(try await phone.drain().sent == 2)
            #expect(try await recorded(phone).dropFirst(before.count) == ["advertising true", "advertising false"])
        }

        @Test func whatCannotBeDecidedSoIsNotAndSaysWhy() async throws {
            try await gallery.signIn(phone)
            let required = try await account.setConsent(purpose: .processing, granted: false)
            guard case .notAccepted(.required, let explanation) = required
            else { throw Missing(what: "a refusal: \(required)") }
            #expect(explanation.sentence.contains("удалив аккаунт"))
            // An app that was started again has shown nothing yet.
            let restarted = try await phone.restarted()
            let unread = try await restarted.core.account().setConsent(purpose: .advertising, granted: true)
            guard case .notAccepted(.outdated, _) = unread else { throw Missing(what: "a refusal: \(unread)") }
            #expect(try await restarted.queue().isEmpty)
            try await restarted.core.account().signOut()
            await #expect(throws: CoreError.SignInNeeded) {
                try await restarted.core.account().setConsent(purpose: .advertising, granted: false)
            }
        }

        private func needed(_ purposes: [ConsentPurpose]) -> CoreError {
            .SignIn(fault: .consentNeeded(purposes: purposes))
        }

        private func decide(_ choices: (ConsentPurpose, Bool)...) async throws {
            try await account.decideConsents(choices: choices.map { ConsentChoice(purpose: $0.0, granted: $0.1) })
        }

        private func decided(_ account: Account) async throws -> [ConsentPurpose: Bool] {
            let consents = try await account.consents()
            return Dictionary(uniqueKeysWithValues: consents.map { ($0.purpose, $0.granted) })
        }

        /// What the gallery holds as proof, the oldest first.
        private func recorded(_ phone: Phone) async throws -> [String] {
            let member = try await phone.core.account().member().orThrow("a member")
            let rows = try await gallery.admin.call("GET", "members/\(member.memberId)/consents").list
            return try rows.map { "\(try $0["purpose"].text.orThrow("a purpose")) \($0["granted"] == true)" }
        }
    }
}
