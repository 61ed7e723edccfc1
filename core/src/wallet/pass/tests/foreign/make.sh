#!/bin/sh
# Makes the passes of this folder: signed by OpenSSL 3 and by Bouncy Castle, packed by Info-ZIP. What the tests write
# themselves proves less. The keys are thrown away.
# Usage: sh make.sh FOLDER, with a folder of Bouncy Castle's jars (bcpkix, bcprov, bcutil for jdk18on).
set -eu
jars=$(cd "$1" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

authority() { # name, issuer's options
    openssl req -new -newkey rsa:2048 -nodes -keyout "$1.key" -subj "/CN=OpenSSL $1" -out "$1.csr" 2>/dev/null
    printf 'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\n' >ca.ext
    name=$1
    shift
    openssl x509 -req -in "$name.csr" -days 36500 -sha256 -extfile ca.ext -out "$name.pem" "$@" 2>/dev/null
}
authority root -signkey root.key
authority intermediate -CA root.pem -CAkey root.key -CAcreateserial

leaf() { # name, key
    openssl req -new -newkey "$2" ${3:+-pkeyopt "$3"} -nodes -keyout "$1.key" -out "$1.csr" \
        -subj "/UID=pass.example.vremenagoda/CN=Pass Type ID/OU=VREMENA001/O=OpenSSL/C=RU" 2>/dev/null
    cat >leaf.ext <<'EXT'
basicConstraints=critical,CA:FALSE
keyUsage=critical,digitalSignature
extendedKeyUsage=critical,clientAuth,1.2.840.113635.100.4.14
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid
1.2.840.113635.100.6.1.16=ASN1:UTF8String:pass.example.vremenagoda
EXT
    openssl x509 -req -in "$1.csr" -days 36500 -sha256 -extfile leaf.ext -CA intermediate.pem -CAkey intermediate.key \
        -CAcreateserial -out "$1.pem" 2>/dev/null
}
leaf rsa rsa:2048
leaf p384 ec ec_paramgen_curve:P-384

mkdir -p pass/ru.lproj
printf '"tier" = "Уровень";' >pass/ru.lproj/pass.strings
printf 'not really a picture' >pass/icon.png
cat >pass/pass.json <<'JSON'
{
  "formatVersion": 1, "passTypeIdentifier": "pass.example.vremenagoda", "teamIdentifier": "VREMENA001",
  "serialNumber": "S-0001", "organizationName": "Времена года", "description": "Карта Лето", "storeCard": {},
  "barcodes": [{ "format": "PKBarcodeFormatQR", "message": "VG1*2000000000000017*leto", "messageEncoding": "utf-8" }],
  "userInfo": { "card_number": "2000000000000017", "tier": "leto" }
}
JSON
sum() { openssl sha1 -r "pass/$1" | cut -c1-40; }
printf '{"pass.json":"%s","icon.png":"%s","ru.lproj/pass.strings":"%s"}' \
    "$(sum pass.json)" "$(sum icon.png)" "$(sum ru.lproj/pass.strings)" >pass/manifest.json

pack() { # name
    rm -f "$here/$1.pkpass"
    (cd pass && zip -qr "$here/$1.pkpass" .)
}
signed="-sign -binary -in pass/manifest.json -outform DER -out pass/signature -certfile intermediate.pem"
openssl smime $signed -md sha256 -signer rsa.pem -inkey rsa.key
pack smime
openssl cms $signed -md sha512 -keyid -signer rsa.pem -inkey rsa.key
pack key-id-sha512
openssl cms $signed -md sha384 -signer p384.pem -inkey p384.key
pack p384
java -cp "$jars/*" "$here/BouncyCastle.java"
pack bouncy-castle
openssl x509 -in root.pem -outform DER -out "$here/root.der"
