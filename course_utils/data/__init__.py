"""Where every byte of the course comes from.

- `archives`: the pinned archives, fetched through pip and checked by hash
- `files`: files that are written whole or not at all
- `faces`: 40 people, 10 pictures each
- `splits`: whom to train on, to choose thresholds on and to test on
- `image_files`: photographs from the learner's own files
- `sample_pictures`: photographs that come with scikit-image and scikit-learn
- `paintings`: the style pictures that the course draws itself
- `one_pass`: a picture painted by a network that was trained beforehand, to compare with
- `trained_painters`: networks that the course has trained to paint in one pass, each for one style
- `learned_on`: what painters paint that learned on nine photographs, on one and on noise
- `vgg19_weights`: the weights of VGG19
"""
