"""The faces half of the course: which pictures show one person, how sure that is, and networks that learn it.

- `preprocessing`: what is done to pictures before a network sees them
- `distances`: how different two pictures are
- `evaluation`: error rates of verification and recognition, on people never seen, with intervals over people
- `protocol`: the same people, pairs, episodes and measures for every method
- `baselines`: raw pixels and linear methods, which networks are compared with
- `pretrained`: features of VGG19, which never saw these faces
- `sampling`: which pictures make a batch: pairs, triplets, people
- `losses`: contrastive and triplet losses, as functions and for Keras
- `networks`: the encoder, the Siamese pair, the logistic unit that decides
- `training`: an encoder trained by any of the losses
- `diagnostics`: the collapse doctor
- `nearest`: exact search among many embeddings
- `gallery`: a database of people to verify and to recognise
- `detection`: faces found on photographs and cut out
"""
