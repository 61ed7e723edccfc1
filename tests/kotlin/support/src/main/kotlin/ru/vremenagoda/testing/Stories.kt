package ru.vremenagoda.testing

import java.time.Duration
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonObjectBuilder
import kotlinx.serialization.json.add
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.put
import kotlinx.serialization.json.putJsonArray
import kotlinx.serialization.json.putJsonObject

/** What makes a receipt this one and no other, as a code's text has it. */
class Requisites(val driveNumber: String, val documentNumber: UInt, val fiscalSign: UInt) {
    companion object {
        fun of(text: String): Requisites {
            val fields = text.split('&').associate { it.substringBefore('=') to it.substringAfter('=') }
            return Requisites(fields.getValue("fn"), fields.getValue("i").toUInt(), fields.getValue("fp").toUInt())
        }
    }
}

/** The text of a receipt of 13 March 2026; `number` tells receipts apart. */
fun receiptText(number: Int, roubles: Int = 100): String =
    "t=20260313T1200&s=$roubles.00&fn=7380440801290534&i=$number&fp=1880975916&n=1"

/** An event that is open to everybody for a day more. */
fun event(title: String, change: JsonObjectBuilder.() -> Unit = {}): JsonObject = buildJsonObject {
    inBothLanguages("title", title)
    inBothLanguages("description", "")
    inBothLanguages("place", "Atrium")
    putJsonArray("audience") {}
    put("starts_at", START.plus(Duration.ofDays(3)).toString())
    put("ends_at", START.plus(Duration.ofDays(3)).plus(Duration.ofHours(2)).toString())
    put("registration_opens_at", START.minus(Duration.ofDays(1)).toString())
    put("registration_closes_at", START.plus(Duration.ofDays(2)).toString())
    put("capacity", 2)
    change()
}

/** News. */
fun item(title: String, vararg audience: String, change: JsonObjectBuilder.() -> Unit = {}): JsonObject =
    buildJsonObject {
        put("type", "news")
        putJsonArray("audience") { audience.forEach { add(it) } }
        inBothLanguages("title", title)
        inBothLanguages("body", "")
        putJsonArray("links") {}
        change()
    }

private fun JsonObjectBuilder.inBothLanguages(name: String, text: String) {
    putJsonObject(name) {
        put("ru", text)
        put("en", text)
    }
}
