import Foundation
import Testing
import VremenaFFI

extension Boundary {
    @Suite struct SignInTests {
        let gallery: Gallery
        let phone: Phone
        let account: Account

        init() async throws {
            gallery = try await Gallery.open()
            phone = try await gallery.phone()
            account = try phone.core.account()
            try await phone.consent()
        }

        @Test func aMemberSignsInAndOut() async throws {
            #expect(try await account.member() == nil)
            let asked = try await account.requestCode(phone: somebody)
            let code = try await gallery.admin.code(somebody)
            #expect(Int(asked.codeLength) == code.count)
            #expect(asked.resendAfter > 0 && asked.expiresIn > asked.resendAfter)
            let member = try await account.signIn(phone: somebody, code: code)
            #expect(member.tier == "vesna" && member.joined == CalendarDate(year: 2026, month: 3, day: 14))
            #expect(try await account.member() == member)
            try await account.signOut()
            #expect(try await account.member() == nil)
        }

        @Test func whatIsNoPhoneNumberIsRefused() async throws {
            for text in ["", "12", "no number"] {
                await #expect(throws: CoreError.SignIn(fault: .invalidPhone)) {
                    try await account.requestCode(phone: text)
                }
            }
        }

        @Test func aWrongCodeSaysHowManyTriesAreLeftAndTooManyEndIt() async throws {
            _ = try await account.requestCode(phone: somebody)
            let wrong = try await gallery.admin.code(somebody) == "0000" ? "0001" : "0000"
            var left: [UInt32] = []
            while true {
                do {
                    _ = try await account.signIn(phone: somebody, code: wrong)
                    throw Missing(what: "a refusal")
                } catch CoreError.SignIn(.wrongCode(let attemptsLeft)) {
                    left.append(try attemptsLeft.orThrow("the tries that are left"))
                } catch CoreError.SignIn(.tooManyTries(let retryAfter)) {
                    #expect(retryAfter != nil)
                    break
                }
            }
            #expect(left.count >= 3)
            #expect(zip(left, left.dropFirst()).allSatisfy { $0 == $1 + 1 }, "\(left)")
            #expect(try await account.member() == nil)
        }

        @Test func aCodeExpires() async throws {
            let asked = try await account.requestCode(phone: somebody)
            let code = try await gallery.admin.code(somebody)
            try await gallery.timePasses(asked.expiresIn + 1, for: phone.device)
            await #expect(throws: CoreError.SignIn(fault: .codeExpired)) {
                try await account.signIn(phone: somebody, code: code)
            }
        }

        @Test func aSecondCodeAtOnceIsTooMuch() async throws {
            _ = try await account.requestCode(phone: somebody)
            do {
                _ = try await account.requestCode(phone: somebody)
                throw Missing(what: "a refusal")
            } catch CoreError.SignIn(.tooManyTries(let retryAfter)) {
                #expect(try retryAfter.orThrow("a time to wait") > 0)
            }
        }
    }
}
