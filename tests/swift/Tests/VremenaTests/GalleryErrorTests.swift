import Foundation
import Testing
import VremenaFFI

extension Boundary {
    /// What the gallery and its network make a call end in.
    @Suite struct GalleryErrorTests {
        let gallery: Gallery
        let phone: Phone

        init() async throws {
            gallery = try await Gallery.open()
            phone = try await gallery.signedIn()
        }

        @Test func aClosedDoorIsUnreachable() async throws {
            try await gallery.admin.network(listening: false)
            await #expect(throws: CoreError.Unreachable) { try await phone.core.sync().pull() }
        }

        @Test func aBusyGalleryIsUnavailableForAsLongAsItSays() async throws {
            let account = try phone.core.account()
            try await phone.consent()
            try await gallery.admin.network(faults: ["status:503:7"])
            await #expect(throws: CoreError.Unavailable(retryAfter: 7)) {
                try await account.requestCode(phone: somebodyElse)
            }
            try await gallery.admin.network(faults: ["status:503"])
            await #expect(throws: CoreError.Unavailable(retryAfter: nil)) {
                try await account.requestCode(phone: somebodyElse)
            }
        }

        @Test func aRefusalForAReasonOfItsOwnIsRefusedWithACode() async throws {
            try await phone.consent()
            try await gallery.admin.network(faults: ["status:409"])
            await #expect(throws: CoreError.Refused(code: "status-409")) {
                try await phone.core.account().requestCode(phone: somebodyElse)
            }
        }

        @Test func anOutdatedAppIsToldToUpdate() async throws {
            try await gallery.admin.network(faults: ["status:426"])
            await #expect(throws: CoreError.UpdateNeeded) { try await phone.core.sync().pull() }
        }

        @Test func whoIsNotSignedInIsAskedToSignIn() async throws {
            try await phone.core.account().signOut()
            let receipts = try phone.core.receipts()
            await #expect(throws: CoreError.SignInNeeded) { try await receipts.captureText(text: receiptText(1)) }
            await #expect(throws: CoreError.SignInNeeded) { try await receipts.page(after: nil, limit: 1) }
        }

        @Test func anEndedSessionIsAskedToSignInAndKeepsTheQueue() async throws {
            try await phone.capture(receiptText(1))
            let member = try await phone.core.account().member().orThrow("a member")
            try await gallery.admin.call("POST", "members/\(member.memberId)/revoke")
            await #expect(throws: CoreError.SignInNeeded) { try await phone.core.sync().pull() }
            let report = try await phone.core.outbox().drain(budget: DrainBudget())
            #expect(report.stopped == .signInNeeded && report.remaining == 1)
        }

        @Test func aLockedStoreMeansLater() async throws {
            phone.device.secrets.fault.set(SecureStoreError.Locked)
            await #expect(throws: CoreError.Locked) { try await phone.core.sync().pull() }
            #expect(try await phone.core.account().member() != nil)
            phone.device.secrets.fault.set(nil)
            _ = try await phone.core.sync().pull()
        }

        @Test func whatIsNotThereIsNotFound() async throws {
            await #expect(throws: CoreError.NotFound) { try await phone.core.feed().picture(itemId: "nobody's") }
            await #expect(throws: CoreError.NotFound) { try await phone.core.events().cancel(eventId: "nobody's") }
        }

        @Test func aPictureThatIsNoneIsRefused() async throws {
            let forged = try await gallery.admin.call(
                "POST", "feed",
                [
                    "type": "news", "audience": [], "title": ["ru": "x", "en": "x"], "body": ["ru": "", "en": ""],
                    "links": [], "picture_type": "image/png",
                    "picture_base64": .string(Data("no picture at all".utf8).base64EncodedString()),
                ])
            _ = try await phone.core.sync().pull()
            let itemId = try forged["item_id"].text.orThrow("the item's id")
            await #expect(throws: CoreError.ContentRefused(code: "not_a_picture")) {
                try await phone.core.feed().picture(itemId: itemId)
            }
        }

        @Test func anAddressThatIsNoneIsAFaultOfTheConfiguration() async throws {
            let device = try Device(baseUrl: "nonsense")
            do {
                _ = try await device.open()
                throw Missing(what: "a refusal")
            } catch CoreError.Configuration(let detail) {
                #expect(detail.contains("base_url"))
            }
        }

        @Test func rootsThatAreNoCertificatesAreAFaultOfTheConfiguration() async throws {
            let device = try await gallery.device().with(extraRoots: [Data("no certificate".utf8)])
            do {
                _ = try await device.open()
                throw Missing(what: "a refusal")
            } catch CoreError.Configuration(let detail) {
                #expect(!detail.isEmpty)
            }
        }
    }
}
